/// A message on the pipes between a host and its worker: a header of 16 bytes, then a body.
///
/// Numbers are in the byte order of the machine, which both ends run on.
package struct Frame: Equatable, Sendable {
  /// The version of the protocol; host and worker are of one build, and refuse any other.
  package static let version: UInt32 = 10
  package static let headerSize = 16
  /// No body is longer; the host knows a lower limit for each kind.
  package static let bodyLimit = 1 << 30

  /// The meaning of a frame, which says who sends it.
  package enum Kind: UInt8, Sendable {
    /// To the worker, first, and again where nothing is left to do: limits and plugins.
    case configure = 1
    /// From the worker: what became of each plugin.
    case loaded
    /// To the worker: notifications, in the slot of the requests' memory that `id` names.
    case batch
    /// To the worker: pushes, each a ``PushItem``, in a slot as notifications are.
    case pushes
    /// To the worker: requests to content extensions, each a ``PresentationRequest``, in a slot as notifications are.
    case present
    /// From the worker: what became of the next of them, or of all that were left; in the results' memory where
    /// `isShared` is set, which is the last that comes of a batch.
    case results
    /// From the worker: what a suspended notification waits for.
    case capability
    /// To the worker: the answer to the request with the same `id`.
    case answer
    /// To the worker, between batches: asks which lines of the plugins were run.
    case countLines
    /// From the worker: how often each was run.
    case lineCounts
    /// To the worker, between batches: asks what the plugins' code cannot mean.
    case checkCode
    /// From the worker: what that is.
    case codeFindings
  }

  package var kind: Kind
  package var isShared: Bool
  package var id: UInt64
  /// The bytes of the body; where it is shared, those in memory, while none follow the header.
  package var count: Int

  package init(_ kind: Kind, id: UInt64 = 0, count: Int = 0, isShared: Bool = false) {
    self.kind = kind
    self.id = id
    self.count = count
    self.isShared = isShared
  }

  /// Reads a header; nil where it is none.
  package init?(header: UnsafeRawBufferPointer) {
    guard header.count >= Self.headerSize, let kind = Kind(rawValue: header[4]), header[5] <= 1 else {
      return nil
    }
    let count = Int(header.loadUnaligned(as: UInt32.self))
    guard count <= Self.bodyLimit else { return nil }
    self.init(
      kind, id: header.loadUnaligned(fromByteOffset: 8, as: UInt64.self), count: count,
      isShared: header[5] == 1)
  }

  /// The header's bytes.
  package var header: [UInt8] {
    var writer = ByteWriter()
    writer.write(UInt32(count))
    writer.write(kind.rawValue)
    writer.write(UInt8(isShared ? 1 : 0))
    writer.write(UInt16(0))
    writer.write(id)
    return writer.bytes
  }
}

/// Puts numbers and byte strings one after another.
package struct ByteWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// Writes a number in the machine's byte order.
  package mutating func write(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
  }

  /// Writes the length and the bytes.
  package mutating func write(_ value: [UInt8]) {
    write(UInt32(value.count))
    bytes.append(contentsOf: value)
  }

  /// Writes the length and the bytes of a text in UTF-8.
  package mutating func write(_ text: String) { write(Array(text.utf8)) }

  /// Writes a byte that is 1 or 0.
  package mutating func write(_ flag: Bool) { write(UInt8(flag ? 1 : 0)) }
}

/// Takes apart what ``ByteWriter`` put together, and believes none of its lengths.
package struct ByteReader {
  /// The bytes end before what they announce.
  package struct Truncated: Error {
    package init() {}
  }

  private let bytes: [UInt8]
  private var at = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var isAtEnd: Bool { at == bytes.count }

  /// Reads a number in the machine's byte order.
  package mutating func read<Number: FixedWidthInteger>(_ type: Number.Type) throws(Truncated) -> Number {
    let size = MemoryLayout<Number>.size
    guard bytes.count - at >= size else { throw Truncated() }
    defer { at += size }
    return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: at, as: Number.self) }
  }

  /// Reads a length and as many bytes.
  package mutating func readBytes() throws(Truncated) -> [UInt8] {
    let count = Int(try read(UInt32.self))
    guard bytes.count - at >= count else { throw Truncated() }
    defer { at += count }
    return Array(bytes[at..<at + count])
  }

  /// Reads a length and a text in UTF-8; what is not UTF-8 becomes U+FFFD.
  package mutating func readText() throws(Truncated) -> String {
    String(decoding: try readBytes(), as: UTF8.self)
  }

  /// Reads a byte; 0 is false.
  package mutating func readFlag() throws(Truncated) -> Bool { try read(UInt8.self) != 0 }
}
