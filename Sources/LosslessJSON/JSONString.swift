import Glibc

/// The two directions of RFC 8259 §7: text to a quoted string, and back.
package enum JSONString {
  /// Appends `text` as a JSON string with its quotes; escapes only what must be.
  ///
  /// - Returns: the offset of the first byte that is not UTF-8, or nil when the string was written whole.
  package static func append(_ text: UnsafeRawBufferPointer, to buffer: inout ByteBuffer) -> Int? {
    let count = text.count
    buffer.reserve(count + 2)
    buffer.append(0x22)
    if let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self) {
      var copied = 0
      var at = 0
      while at < count {
        at = plainASCII(base, from: at, to: count)
        if at == count { break }
        let byte = base[at]
        if byte >= 0x80 {
          let length = UTF8Sequence.length(base + at, available: count - at)
          if length == 0 { return at }
          at += length
          continue
        }
        if byte >= 0x20, byte != 0x22, byte != 0x5C {
          at += 1
          continue
        }
        buffer.append(base + copied, count: at - copied)
        appendEscape(byte, to: &buffer)
        at += 1
        copied = at
      }
      buffer.append(base + copied, count: count - copied)
    }
    buffer.append(0x22)
    return nil
  }

  /// Appends `text` as a JSON string with its quotes.
  package static func append(_ text: String, to buffer: inout ByteBuffer) {
    var text = text
    text.withUTF8 { _ = append(UnsafeRawBufferPointer($0), to: &buffer) }
  }

  private static func appendEscape(_ byte: UInt8, to buffer: inout ByteBuffer) {
    buffer.append(0x5C)
    switch byte {
    case 0x22, 0x5C: buffer.append(byte)
    case 0x08: buffer.append(0x62)
    case 0x0C: buffer.append(0x66)
    case 0x0A: buffer.append(0x6E)
    case 0x0D: buffer.append(0x72)
    case 0x09: buffer.append(0x74)
    default:
      buffer.append("u00")
      buffer.append(hexDigit(byte >> 4))
      buffer.append(hexDigit(byte & 15))
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

  /// Returns the first byte at or after `from` that is a quote, a backslash, a control character or not
  /// ASCII.
  @inline(__always)
  private static func plainASCII(_ base: UnsafePointer<UInt8>, from: Int, to end: Int) -> Int {
    var at = from
    while at &+ 8 <= end {
      let word = UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self)
      let special = JSONWord.special(word)
      if special != 0 { return at &+ special.trailingZeroBitCount / 8 }
      at &+= 8
    }
    while at < end {
      let byte = base[at]
      if byte < 0x20 || byte >= 0x80 || byte == 0x22 || byte == 0x5C { return at }
      at &+= 1
    }
    return end
  }

  /// Appends what the inside of a JSON string says: escapes resolved, a lone surrogate as U+FFFD.
  ///
  /// `inside` has passed the scanner, so every escape in it is whole.
  package static func appendUnescaped(
    _ inside: UnsafePointer<UInt8>, count: Int, to buffer: inout ByteBuffer
  ) {
    buffer.reserve(count)
    var at = 0
    while at < count {
      if inside[at] != 0x5C {
        let next = memchr(inside + at, 0x5C, count - at).map {
          UnsafeRawPointer($0) - UnsafeRawPointer(inside)
        }
        buffer.append(inside + at, count: (next ?? count) - at)
        at = next ?? count
        continue
      }
      let escape = inside[at + 1]
      at += 2
      switch escape {
      case 0x62: buffer.append(0x08)
      case 0x66: buffer.append(0x0C)
      case 0x6E: buffer.append(0x0A)
      case 0x72: buffer.append(0x0D)
      case 0x74: buffer.append(0x09)
      case 0x75:
        var unit = UInt32(hexUnit(inside + at))
        at += 4
        if unit & 0xFC00 == 0xD800, at + 6 <= count, inside[at] == 0x5C, inside[at + 1] == 0x75 {
          let low = UInt32(hexUnit(inside + at + 2))
          if low & 0xFC00 == 0xDC00 {
            unit = 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
            at += 6
          }
        }
        UTF8Sequence.append(unit & 0xFFFF_F800 == 0xD800 ? 0xFFFD : unit, to: &buffer)
      default: buffer.append(escape)
      }
    }
  }

  /// Returns the value of four hexadecimal digits, or nil where one is none.
  @inline(__always)
  static func hexValue(_ digits: UnsafePointer<UInt8>) -> UInt16? {
    var value: UInt16 = 0
    for index in 0..<4 {
      let byte = digits[index]
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte &- 0x30
      case 0x41...0x46: digit = byte &- 0x37
      case 0x61...0x66: digit = byte &- 0x57
      default: return nil
      }
      value = value << 4 | UInt16(digit)
    }
    return value
  }

  private static func hexUnit(_ digits: UnsafePointer<UInt8>) -> UInt16 { hexValue(digits) ?? 0xFFFD }
}

/// Eight bytes of text looked at in one step.
enum JSONWord {
  private static let low: UInt64 = 0x0101_0101_0101_0101
  private static let high: UInt64 = 0x8080_8080_8080_8080

  /// Returns the high bit of each byte that is a quote, a backslash, below 0x20 or above 0x7F; exact for the
  /// lowest set.
  ///
  /// A subtraction sets the high bit of a byte that is zero after the exclusive or, and of no other byte below 0x80,
  /// as long as no lower byte borrows, which one that was found does.
  @inline(__always)
  static func special(_ word: UInt64) -> UInt64 {
    let quote = word ^ 0x2222_2222_2222_2222
    let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
    return ((quote &- low) | (backslash &- low) | (word &- 0x2020_2020_2020_2020) | word) & high
  }
}
