/// Writes values in DER (ITU-T X.690 §8).
package enum DERWriter {
  /// Returns a tag, a length and the content.
  package static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    if content.count < 0x80 { return [tag, UInt8(content.count)] + content }
    var length: [UInt8] = []
    var rest = content.count
    while rest > 0 {
      length.insert(UInt8(truncatingIfNeeded: rest), at: 0)
      rest >>= 8
    }
    return [tag, 0x80 | UInt8(length.count)] + length + content
  }

  /// Returns a SEQUENCE of values that are in DER already.
  package static func sequence(_ content: [UInt8]) -> [UInt8] { value(0x30, content) }

  /// Returns a UTF8String.
  package static func text(_ text: String) -> [UInt8] { value(0x0C, Array(text.utf8)) }

  /// Returns a BOOLEAN; DER has 0xFF for true (X.690 §11.1).
  package static func boolean(_ flag: Bool) -> [UInt8] { [0x01, 0x01, flag ? 0xFF : 0] }

  /// NULL, which Apple's marks have as their content.
  package static let null: [UInt8] = [0x05, 0x00]
}
