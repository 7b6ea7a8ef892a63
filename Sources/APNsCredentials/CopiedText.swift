import Glibc

/// A text as it was before editors, chat programs, environment variables and secret stores changed it.
///
/// Whatever is not ASCII goes: a key in PEM has nothing else. Line breaks stay where they are known.
enum CopiedText {
  /// Returns the ASCII text that `bytes` stand for.
  ///
  /// Read are UTF-8, UTF-16 and Windows-1252, escapes with a backslash (JSON, shells, `.env` files), with `%` (URLs), with
  /// `&` (HTML), with `=` (mail) and with a backtick (PowerShell), tags of HTML, and the typographic dashes and spaces.
  static func plain(_ bytes: [UInt8]) -> [UInt8] {
    var text = characters(bytes)
    // Twice: what was escaped once more, such as `&amp;#10;`.
    for _ in 0..<2 where text.contains(0x26) { text = withoutEntities(text) }
    if text.contains(0x3C) { text = withoutTags(text) }
    if text.contains(0x25) { text = withoutPercents(text) }
    if text.contains(0x3D) { text = withoutEqualSigns(text) }
    if text.contains(0x5C) || text.contains(0x60) { text = withoutEscapes(text) }
    return text
  }

  // MARK: Characters

  private static func characters(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    if let units = utf16(bytes) {
      for scalar in String(decoding: units, as: UTF16.self).unicodeScalars { append(scalar.value, to: &text) }
    } else if let string = String(validating: bytes, as: UTF8.self) {
      for scalar in string.unicodeScalars { append(scalar.value, to: &text) }
    } else {
      for byte in bytes { append(windows1252[byte] ?? UInt32(byte), to: &text) }
    }
    return text
  }

  /// The characters of Windows-1252 that ISO 8859-1 has not, and that stand for ASCII here.
  private static let windows1252: [UInt8: UInt32] = [
    0x85: 0x2026, 0x91: 0x27, 0x92: 0x27, 0x93: 0x22, 0x94: 0x22, 0x96: 0x2013, 0x97: 0x2014,
  ]

  /// Returns the units of a text in UTF-16, with a byte order mark or without; nil where it is in another
  /// encoding.
  private static func utf16(_ bytes: [UInt8]) -> [UInt16]? {
    guard bytes.count >= 4 else { return nil }
    let isBigEndian: Bool
    switch (bytes[0], bytes[1]) {
    case (0xFE, 0xFF): isBigEndian = true
    case (0xFF, 0xFE): isBigEndian = false
    case (0, 1...0x7F) where bytes[2] == 0: isBigEndian = true
    case (1...0x7F, 0) where bytes[3] == 0: isBigEndian = false
    default: return nil
    }
    return stride(from: 0, to: bytes.count - 1, by: 2).map { index in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
  }

  /// Appends what a character stands for.
  private static func append(_ scalar: UInt32, to text: inout [UInt8]) {
    switch scalar {
    case 0x0D, 0x0B, 0x0C, 0x85, 0x2028, 0x2029: text.append(0x0A)
    case 0x09, 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: text.append(0x20)
    case 0x0A, 0x20...0x7E: text.append(UInt8(scalar))
    // An em dash is what two hyphens become.
    case 0x2014, 0x2015, 0x2E3A, 0xFE58: text += [0x2D, 0x2D]
    case 0x2010...0x2013, 0x2043, 0x2212, 0xFE63: text.append(0x2D)
    case 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0xAB, 0xBB: text.append(0x22)
    // Shown, so that what is left out is known to be.
    case 0x2026: text += Array("...".utf8)
    case 0x2022, 0x25CF: text.append(0x2A)
    // The full width forms of ASCII.
    case 0xFF01...0xFF5E: text.append(UInt8(scalar - 0xFEE0))
    // Zero width, marks of direction and of byte order, soft hyphens and zeros, and what belongs to no key.
    default: break
    }
  }

  // MARK: Escapes

  /// Returns the text without `&#10;`, `&#x2B;`, `&nbsp;` and their like.
  private static func withoutEntities(_ text: [UInt8]) -> [UInt8] {
    replacing(0x26, in: text) { rest in
      guard let end = rest.prefix(10).firstIndex(of: 0x3B), end > rest.startIndex else { return nil }
      let name = String(decoding: rest[..<end], as: UTF8.self)
      var scalar = named[name]
      if name.hasPrefix("#x") || name.hasPrefix("#X") {
        scalar = UInt32(name.dropFirst(2), radix: 16)
      } else if name.hasPrefix("#") {
        scalar = UInt32(name.dropFirst())
      }
      guard let scalar else { return nil }
      var made: [UInt8] = []
      append(scalar, to: &made)
      return (made, end + 1)
    }
  }

  /// The entities of HTML that a key may become.
  private static let named: [String: UInt32] = [
    "NewLine": 0x0A, "Tab": 0x20, "nbsp": 0x20, "quot": 0x22, "apos": 0x27, "amp": 0x26, "plus": 0x2B,
    "sol": 0x2F, "equals": 0x3D, "lt": 0x3C, "gt": 0x3E, "hyphen": 0x2D, "dash": 0x2D, "minus": 0x2D,
    "ndash": 0x2D, "mdash": 0x2014, "shy": 0xAD, "zwnj": 0x200C,
  ]

  /// Returns the text without `<br>` and other tags, which stand for line breaks.
  private static func withoutTags(_ text: [UInt8]) -> [UInt8] {
    replacing(0x3C, in: text) { rest in
      guard let first = rest.first, isLetter(first) || first == 0x2F || first == 0x21,
        let end = rest.prefix(400).firstIndex(where: { $0 == 0x3E || $0 == 0x3C }), rest[end] == 0x3E
      else { return nil }
      return ([0x0A], end + 1)
    }
  }

  /// Returns the text without `%0A` and its like; `+` is a space where the markers say so.
  private static func withoutPercents(_ text: [UInt8]) -> [UInt8] {
    var text = text
    if find("BEGIN+", in: text) != nil {
      for index in text.indices where text[index] == 0x2B { text[index] = 0x20 }
    }
    return replacing(0x25, in: text) { rest in
      hexadecimal(rest, 2).map { ($0 == 0x0D ? [0x0A] : [$0], rest.startIndex + 2) }
    }
  }

  /// Returns the text without `=3D` and `=20` (quoted-printable, RFC 2045 §6.7); only those, since `=` may
  /// stand before base 16.
  private static func withoutEqualSigns(_ text: [UInt8]) -> [UInt8] {
    let codes = Dictionary(
      uniqueKeysWithValues: ["3D": "=", "20": " ", "0A": "\n", "0D": "\n", "09": " "].map {
        (Array($0.utf8), Array($1.utf8))
      })
    return replacing(0x3D, in: text) { rest in
      codes[Array(rest.prefix(2))].map { ($0, rest.startIndex + 2) }
    }
  }

  /// Returns the text without `\n`, `\/`, `\u003d` and their like, escaped any number of times, and
  /// PowerShell's backtick.
  private static func withoutEscapes(_ text: [UInt8]) -> [UInt8] {
    let lines = replacing(0x60, in: text) { rest in
      rest.first == 0x6E || rest.first == 0x72 ? ([0x0A], rest.startIndex + 1) : nil
    }
    return replacing(0x5C, in: lines) { rest in
      guard let at = rest.firstIndex(where: { $0 != 0x5C }) else { return ([], rest.endIndex) }
      switch rest[at] {
      case 0x6E, 0x72, 0x74: return ([0x0A], at + 1)
      case 0x75: return hexadecimal(rest[(at + 1)...], 4).map { ([$0], at + 5) } ?? ([], at)
      case 0x78: return hexadecimal(rest[(at + 1)...], 2).map { ([$0], at + 3) } ?? ([], at)
      default: return ([], at)
      }
    }
  }

  /// Replaces a character and what belongs to it, where `read` knows what they stand for.
  ///
  /// - Parameter read: is given what stands behind the character; returns what it stands for, and where to go on.
  private static func replacing(
    _ mark: UInt8, in text: [UInt8], _ read: (ArraySlice<UInt8>) -> (made: [UInt8], next: Int)?
  ) -> [UInt8] {
    var made: [UInt8] = []
    made.reserveCapacity(text.count)
    var at = 0
    while at < text.count {
      if text[at] == mark, let found = read(text[(at + 1)...]) {
        made += found.made
        at = found.next
      } else {
        made.append(text[at])
        at += 1
      }
    }
    return made
  }

  /// Returns the ASCII character that digits to the base of 16 stand for.
  private static func hexadecimal(_ text: ArraySlice<UInt8>, _ count: Int) -> UInt8? {
    guard text.count >= count,
      let value = UInt32(String(decoding: text.prefix(count), as: UTF8.self), radix: 16), value < 0x80
    else { return nil }
    return UInt8(value)
  }

  static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// Returns the first index of a text of ASCII; capitals count as small letters.
  static func find(_ wanted: StaticString, in text: [UInt8]) -> Int? {
    text.indices.first { has(wanted, in: text, at: $0) }
  }

  /// Returns whether a text of ASCII stands at an index; capitals count as small letters.
  static func has(_ wanted: StaticString, in text: [UInt8], at start: Int) -> Bool {
    wanted.withUTF8Buffer { letters in
      guard letters.count <= text.count - start else { return false }
      for index in letters.indices where text[start + index] | 0x20 != letters[index] | 0x20 { return false }
      return true
    }
  }
}
