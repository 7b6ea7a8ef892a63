/// The ids of notifications: UUIDs "in the canonical form", 8-4-4-4-12.
package enum MessageID {
  /// Returns whether a text is a UUID of 8-4-4-4-12 digits, small or capital.
  package static func isCanonical(_ text: String) -> Bool {
    let bytes = text.utf8
    guard bytes.count == 36 else { return false }
    var at = 0
    for byte in bytes {
      let isDash = at == 8 || at == 13 || at == 18 || at == 23
      guard isDash ? byte == 0x2D : RequestCheck.isHex(byte) else { return false }
      at += 1
    }
    return true
  }

  /// A new one, of version 4.
  package static func make() -> String {
    var source = SystemRandomNumberGenerator()
    let high = source.next() & ~0xF000 | 0x4000
    let low = source.next() & ~(3 << 62) | 1 << 63
    return String(unsafeUninitializedCapacity: 36) { buffer in
      var at = 0
      for digit in 0..<32 {
        if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
          buffer[at] = 0x2D
          at += 1
        }
        let half = digit < 16 ? high >> UInt64(60 - 4 * digit) : low >> UInt64(124 - 4 * digit)
        let value = UInt8(truncatingIfNeeded: half & 15)
        buffer[at] = value < 10 ? 0x30 + value : 0x57 + value
        at += 1
      }
      return at
    }
  }

  /// The 128 bits of a canonical id, so that millions of them can be remembered.
  package static func bits(_ text: String) -> SIMD2<UInt64> {
    var bits = SIMD2<UInt64>(0, 0)
    for byte in text.utf8 where byte != 0x2D {
      let digit = UInt64(byte <= 0x39 ? byte &- 0x30 : (byte | 0x20) &- 0x57)
      bits = SIMD2(bits.x << 4 | bits.y >> 60, bits.y << 4 | digit)
    }
    return bits
  }
}
