import CNGHTTP2

/// The headers of one message, laid out as libnghttp2 reads them.
///
/// One block serves message after message: what is the same for all is added once, and ``removeLast(to:)`` takes
/// off what was not.
package struct HTTP2HeaderBlock: ~Copyable {
  private struct Field {
    var name: Int
    var nameCount: Int
    var value: Int
    var valueCount: Int
    var flags: UInt8
  }

  private var bytes: [UInt8] = []
  private var fields: [Field] = []
  private var pairs: [nghttp2_nv] = []

  package init() {}

  /// The number of headers.
  package var count: Int { fields.count }

  /// Takes off the headers behind the first `count`.
  package mutating func removeLast(to count: Int) {
    guard count < fields.count else { return }
    bytes.removeLast(bytes.count - fields[count].name)
    fields.removeLast(fields.count - count)
  }

  /// Adds a header.
  ///
  /// - Parameter isIndexed: whether the compression may remember it; one whose value does not come again only takes
  ///   the place of others (RFC 7541 §6.2).
  package mutating func add(_ name: some StringProtocol, _ value: some StringProtocol, isIndexed: Bool = true)
  {
    let start = bytes.count
    bytes.append(contentsOf: name.utf8)
    let middle = bytes.count
    bytes.append(contentsOf: value.utf8)
    fields.append(
      Field(
        name: start, nameCount: middle - start, value: middle, valueCount: bytes.count - middle,
        flags: UInt8((isIndexed ? NGHTTP2_NV_FLAG_NONE : NGHTTP2_NV_FLAG_NO_INDEX).rawValue)))
  }

  /// Returns the headers for people to read, as `text` shows each by its name and value.
  package func shown(_ text: (String, String) -> String) -> [HTTP2Header] {
    fields.map { field in
      let name = String(decoding: bytes[field.name..<field.name + field.nameCount], as: UTF8.self)
      let value = String(decoding: bytes[field.value..<field.value + field.valueCount], as: UTF8.self)
      return HTTP2Header(name, text(name, value))
    }
  }

  /// Gives `body` the headers in libnghttp2's form, which hold while it runs.
  mutating func withPairs<Result>(_ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result) -> Result {
    bytes.withUnsafeMutableBufferPointer { bytes in
      pairs.removeAll(keepingCapacity: true)
      for field in fields {
        pairs.append(
          nghttp2_nv(
            name: bytes.baseAddress.map { $0 + field.name },
            value: bytes.baseAddress.map { $0 + field.value },
            namelen: field.nameCount, valuelen: field.valueCount, flags: field.flags))
      }
      return pairs.withUnsafeBufferPointer { body($0.baseAddress, $0.count) }
    }
  }
}
