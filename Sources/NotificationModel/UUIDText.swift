import Glibc

/// UUIDs of version 4 (RFC 9562 §5.4) as text in small letters, which is the form that APNs wants.
package enum UUIDText {
  /// Returns the UUID that two halves make; the bits of version and variant are set.
  package static func text(_ high: UInt64, _ low: UInt64) -> String {
    let high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    return String(unsafeUninitializedCapacity: 36) { text in
      var at = 0
      for index in 0..<32 {
        if index == 8 || index == 12 || index == 16 || index == 20 {
          text[at] = 0x2D
          at += 1
        }
        let half = index < 16 ? high : low
        let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - index % 16 * 4) & 15)
        text[at] = digit < 10 ? 0x30 + digit : 0x57 + digit
        at += 1
      }
      return at
    }
  }

  /// Returns a random UUID.
  package static func random() -> String {
    let (high, low) = randomHalves()
    return text(high, low)
  }

  static func randomHalves() -> (high: UInt64, low: UInt64) {
    // One call of the kernel for both halves; up to 256 bytes it does not fail.
    var random: (high: UInt64, low: UInt64) = (0, 0)
    getentropy(&random, 16)
    return random
  }

  /// Returns whether a text has the form 8-4-4-4-12 of hexadecimal digits, small or capital.
  package static func isCanonical(_ text: String) -> Bool {
    guard text.utf8.count == 36 else { return false }
    return text.utf8.enumerated().allSatisfy { at, byte in
      at == 8 || at == 13 || at == 18 || at == 23 ? byte == 0x2D : APNsHeader.isHexadecimal(byte)
    }
  }

  /// Returns the 128 bits of a canonical text, so that millions of them can be remembered.
  package static func bits(_ text: String) -> SIMD2<UInt64> {
    var bits = SIMD2<UInt64>(0, 0)
    for byte in text.utf8 where byte != 0x2D {
      let digit = UInt64(byte <= 0x39 ? byte &- 0x30 : (byte | 0x20) &- 0x57)
      bits = SIMD2(bits.x << 4 | bits.y >> 60, bits.y << 4 | digit)
    }
    return bits
  }
}
