/// UTF-8 as RFC 3629 has it: shortest forms only, no surrogates, nothing above U+10FFFF.
package enum UTF8Sequence {
  /// Returns the length of the well-formed sequence at `bytes`, 1 to 4, or 0 where there is none.
  @inline(__always)
  package static func length(_ bytes: UnsafePointer<UInt8>, available: Int) -> Int {
    let first = bytes[0]
    if first < 0x80 { return 1 }
    if first < 0xE0 {
      return first >= 0xC2 && available >= 2 && bytes[1] & 0xC0 == 0x80 ? 2 : 0
    }
    if first < 0xF0 {
      guard available >= 3, bytes[1] & 0xC0 == 0x80, bytes[2] & 0xC0 == 0x80 else { return 0 }
      if first == 0xE0 && bytes[1] < 0xA0 { return 0 }
      if first == 0xED && bytes[1] > 0x9F { return 0 }
      return 3
    }
    guard first <= 0xF4, available >= 4 else { return 0 }
    guard bytes[1] & 0xC0 == 0x80, bytes[2] & 0xC0 == 0x80, bytes[3] & 0xC0 == 0x80 else { return 0 }
    if first == 0xF0 && bytes[1] < 0x90 { return 0 }
    if first == 0xF4 && bytes[1] > 0x8F { return 0 }
    return 4
  }

  static func append(_ scalar: UInt32, to buffer: inout ByteBuffer) {
    func byte(_ value: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: value) }
    switch scalar {
    case 0..<0x80: buffer.append(byte(scalar))
    case 0x80..<0x800:
      buffer.append(byte(0xC0 | scalar >> 6))
      buffer.append(byte(0x80 | scalar & 0x3F))
    case 0x800..<0x10000:
      buffer.append(byte(0xE0 | scalar >> 12))
      buffer.append(byte(0x80 | scalar >> 6 & 0x3F))
      buffer.append(byte(0x80 | scalar & 0x3F))
    default:
      buffer.append(byte(0xF0 | scalar >> 18))
      buffer.append(byte(0x80 | scalar >> 12 & 0x3F))
      buffer.append(byte(0x80 | scalar >> 6 & 0x3F))
      buffer.append(byte(0x80 | scalar & 0x3F))
    }
  }
}
