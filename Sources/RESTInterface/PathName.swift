import HTTPTypes
import Operations

/// A name of a user or a device in a path or a body.
package enum PathName {
  /// The most characters: code points, as JSON Schema counts.
  static let limit = JSONBody.nameLimit

  /// The description of a name, for problems.
  static let form = "1 to \(limit) characters without control characters"

  /// Returns whether a text can be a name.
  static func isName(_ text: String) -> Bool {
    (1...limit).contains(text.unicodeScalars.count)
      && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
  }

  /// Reads a part of a path.
  ///
  /// - Throws: 400 where it is no name.
  package static func read(_ part: String?, _ kind: String) throws(Problem) -> String {
    if let name = part.flatMap(decode), isName(name) { return name }
    throw Problem(
      .badRequest, "the \(kind) in the path is not \(form), in UTF-8 and percent-encoded; change the path")
  }

  /// Decodes a part of a path (RFC 3986 §2.1); nil where it is not UTF-8.
  static func decode(_ part: String) -> String? {
    var bytes: [UInt8] = []
    var rest = part.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}
