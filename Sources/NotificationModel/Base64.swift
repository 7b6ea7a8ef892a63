/// Base 64, RFC 4648 §4; also reads the alphabet of §5, and text without padding.
package enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Returns the base64 of bytes, padded (RFC 4648 §4).
  package static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let rest = min(3, bytes.count - start)
      var word = UInt32(0)
      for index in 0..<3 { word = word << 8 | (index < rest ? UInt32(bytes[start + index]) : 0) }
      for index in 0..<4 {
        text.append(index <= rest ? alphabet[Int(word >> (18 - 6 * UInt32(index)) & 63)] : 0x3D)
      }
    }
    return text
  }

  /// Returns the bytes, or nil where `text` is not base 64.
  package static func decode(_ text: [UInt8]) -> [UInt8]? {
    var digits = text[...]
    for _ in 0..<2 where digits.last == 0x3D && text.count.isMultiple(of: 4) { digits.removeLast() }
    guard digits.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count * 3 / 4)
    var word = UInt32(0)
    var bits = 0
    for character in digits {
      guard let digit = digit(character) else { return nil }
      word = word << 6 | UInt32(digit)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    return bytes
  }

  /// Returns the value of a digit of either alphabet; nil for any other character.
  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case 0x41...0x5A: character - 0x41
    case 0x61...0x7A: character - 0x61 + 26
    case 0x30...0x39: character - 0x30 + 52
    case 0x2B, 0x2D: 62
    case 0x2F, 0x5F: 63
    default: nil
    }
  }
}
