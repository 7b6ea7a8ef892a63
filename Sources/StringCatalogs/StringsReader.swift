import FileReading
import Localization

/// Reads `.strings`: pairs of texts in the notation of old property lists, or a property list of XML or binary.
struct StringsReader {
  /// A pair of the file.
  struct Pair: Equatable {
    var key: String
    var value: String
    /// The comment before it.
    var comment: String?
    /// The line that it begins on; nil in a property list of XML or binary.
    var line: Int?
  }

  private let path: String
  private let bytes: [UInt8]
  private let lines: TextLines
  private var at = 0
  private var comment: String?
  private var warnings: [CatalogWarning] = []

  private init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    lines = TextLines(bytes)
  }

  /// Reads the bytes of a file.
  ///
  /// - Throws: ``CatalogError`` that names the file and the line.
  static func read(
    _ bytes: [UInt8], path: String
  ) throws(CatalogError) -> (pairs: [Pair], warnings: [CatalogWarning]) {
    if let list = try PropertyList.read(bytes, path: path) {
      guard case .dictionary(let members) = list else {
        throw CatalogError(path, "the property list is not a dictionary of texts; make it one")
      }
      var pairs: [Pair] = []
      for (key, value) in members.sorted(by: { $0.key < $1.key }) {
        guard case .text(let text) = value else {
          throw CatalogError(path, "'\(key)' is not a text; move it to a .stringsdict")
        }
        pairs.append(Pair(key: key, value: text))
      }
      return (pairs, [])
    }
    var reader = StringsReader(path: path, bytes: try CatalogText.utf8(bytes, path: path))
    return try reader.pairs()
  }

  // MARK: Pairs

  private mutating func pairs() throws(CatalogError) -> (pairs: [Pair], warnings: [CatalogWarning]) {
    var pairs: [Pair] = []
    var numbers: [[UInt8]: Int] = [:]
    try skip()
    // A property list of the old kind may stand in braces.
    let isBraced = byte == 0x7B
    if isBraced {
      at += 1
      try skip()
    }
    while let next = byte, next != 0x7D || !isBraced {
      let start = at
      let pair = try readPair(isBraced: isBraced)
      if let number = numbers[Array(pair.key.utf8)] {
        warn(start, "'\(pair.key)' stands twice; the last one counts")
        pairs[number] = pair
      } else {
        numbers[Array(pair.key.utf8)] = pairs.count
        pairs.append(pair)
      }
    }
    if isBraced { try readClosingBrace() }
    return (pairs, warnings)
  }

  /// Reads `key = value;` and what stands behind it, up to the next pair.
  private mutating func readPair(isBraced: Bool) throws(CatalogError) -> Pair {
    let line = lines.line(of: at)
    let ownComment = comment
    comment = nil
    let key = try text("a key")
    try skip()
    var value = key
    if byte == 0x3D {
      at += 1
      try skip()
      value = try text("the value of '\(key)'")
      try skip()
    }
    if byte == 0x3B {
      at += 1
    } else if !(isBraced && byte == 0x7D) {
      throw error(at, "'\(key)' has no ; behind its value; add it")
    }
    // A comment on the same line belongs to what stands before it.
    while byte == 0x20 || byte == 0x09 { at += 1 }
    try skipComment()
    comment = nil
    try skip()
    return Pair(key: key, value: value, comment: ownComment, line: line)
  }

  private mutating func readClosingBrace() throws(CatalogError) {
    guard byte == 0x7D else { throw error(at, "the file ends before its }; add it") }
    at += 1
    try skip()
    if byte != nil { throw error(at, "something stands behind the }; take it out") }
  }

  private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

  private func place(_ offset: Int) -> String { "\(path):\(lines.line(of: offset))" }

  private mutating func warn(_ offset: Int, _ message: String) {
    warnings.append(CatalogWarning(place(offset), message))
  }

  private func error(_ offset: Int, _ message: String) -> CatalogError {
    CatalogError(place(offset), message)
  }

  /// Goes over spaces and comments, and keeps the last comment.
  private mutating func skip() throws(CatalogError) {
    while let next = byte {
      switch next {
      case 0x20, 0x09...0x0D: at += 1
      // U+00A0, which editors leave behind.
      case 0xC2 where peek(1) == 0xA0: at += 2
      case 0xE2 where isSeparator: at += 3
      case 0xEF where peek(1) == 0xBB && peek(2) == 0xBF:
        // Files that were put together, or converted twice, have marks inside.
        warn(
          at,
          "another byte order mark (U+FEFF) stands here, where Apple's systems stop reading; save the file as UTF-8"
            + " without one")
        at += 3
      default: guard try skipComment() else { return }
      }
    }
  }

  /// U+2028 or U+2029, which separate lines as a line feed does.
  private var isSeparator: Bool {
    byte == 0xE2 && peek(1) == 0x80 && (peek(2) == 0xA8 || peek(2) == 0xA9)
  }

  /// Goes over a comment and keeps it; false where there is none.
  @discardableResult
  private mutating func skipComment() throws(CatalogError) -> Bool {
    guard byte == 0x2F, peek(1) == 0x2F || peek(1) == 0x2A else { return false }
    let start = at
    if peek(1) == 0x2F {
      while let next = byte, next != 0x0A, next != 0x0D, !isSeparator { at += 1 }
      comment = trimmed(start + 2..<at)
      return true
    }
    at += 2
    while at < bytes.count, !(bytes[at] == 0x2A && peek(1) == 0x2F) { at += 1 }
    guard at < bytes.count else { throw error(start, "a comment begins here that does not end; add */") }
    comment = trimmed(start + 2..<at)
    at += 2
    return true
  }

  private func peek(_ distance: Int) -> UInt8 { at + distance < bytes.count ? bytes[at + distance] : 0 }

  private func trimmed(_ range: Range<Int>) -> String? {
    let isSpace = { (byte: UInt8) in byte <= 0x20 }
    let text = bytes[range].drop(while: isSpace)
    let end = text.lastIndex { !isSpace($0) } ?? text.startIndex - 1
    guard end >= text.startIndex else { return nil }
    return String(decoding: text[...end], as: UTF8.self)
  }

  // MARK: Texts

  /// Reads a text in quotation marks, or a word without.
  private mutating func text(_ what: String) throws(CatalogError) -> String {
    guard let first = byte else { throw error(at, "the file ends where \(what) should be; add it") }
    if first == 0x22 || first == 0x27 { return try quoted(first) }
    let start = at
    // Inside of a word two slashes begin no comment: http://example.com
    while let next = byte, Self.isWord(next), !(next == 0x2F && peek(1) == 0x2A) { at += 1 }
    guard at > start else {
      let found =
        first == 0x7B || first == 0x28
        ? "a list or a dictionary" : "'\(String(decoding: bytes[at...].prefix(20), as: UTF8.self).prefix(1))'"
      throw error(at, "\(found) stands where \(what) should be; put texts between \"")
    }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    // Letters, digits, and _ $ / : . - of NeXT's notation.
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x24, 0x2F, 0x3A, 0x2E, 0x2D: true
    default: false
    }
  }

  private mutating func quoted(_ quote: UInt8) throws(CatalogError) -> String {
    let start = at
    at += 1
    var text: [UInt8] = []
    while let next = byte {
      at += 1
      if next == quote { return String(decoding: text, as: UTF8.self) }
      if next == 0x5C { try escape(&text) } else { text.append(next) }
    }
    throw error(start, "a text begins here that does not end; add the missing \(quote == 0x22 ? "\"" : "'")")
  }

  private mutating func escape(_ text: inout [UInt8]) throws(CatalogError) {
    guard let next = byte else { return }
    at += 1
    switch next {
    case 0x6E: text.append(0x0A)
    case 0x72: text.append(0x0D)
    case 0x74: text.append(0x09)
    case 0x61: text.append(0x07)
    case 0x62: text.append(0x08)
    case 0x66: text.append(0x0C)
    case 0x76: text.append(0x0B)
    case 0x55: try unicodeEscape(&text)
    case 0x30...0x37:
      // Up to three octal digits of one byte.
      var value = next - 0x30
      var count = 1
      while count < 3, let digit = byte, (0x30...0x37).contains(digit) {
        value = value << 3 | (digit - 0x30)
        at += 1
        count += 1
      }
      text.append(contentsOf: String(NextStepLatin.scalar(value)).utf8)
    case 0x75 where hexadecimalDigits(at) == 4:
      let digits = String(decoding: bytes[at..<at + 4], as: UTF8.self)
      warn(
        at - 2,
        "'\\u\(digits)' is 'u\(digits)' to Apple's systems and here; write \\U\(digits), or the character itself"
      )
      text.append(next)
    default: text.append(next)
    }
  }

  private mutating func unicodeEscape(_ text: inout [UInt8]) throws(CatalogError) {
    let start = at - 2
    guard var value = unit() else {
      throw error(
        start, "\\U is followed by no hexadecimal digit; write \\U00E9, or the letter itself")
    }
    if (0xD800..<0xDC00).contains(value), byte == 0x5C, peek(1) == 0x55 {
      at += 2
      if let low = unit(), (0xDC00..<0xE000).contains(low) {
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw error(
        start,
        "\\U is half of a surrogate pair; write both halves with a capital U, or the character itself")
    }
    text.append(contentsOf: String(scalar).utf8)
  }

  /// The number of hexadecimal digits at a place, of which four are counted at most.
  private func hexadecimalDigits(_ place: Int) -> Int {
    bytes[min(place, bytes.count)...].prefix(4).prefix { Character(UnicodeScalar($0)).isHexDigit }.count
  }

  /// Up to four hexadecimal digits.
  private mutating func unit() -> UInt32? {
    let count = hexadecimalDigits(at)
    defer { at += count }
    return UInt32(String(decoding: bytes[at..<at + count], as: UTF8.self), radix: 16)
  }
}
