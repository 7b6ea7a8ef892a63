/// Walks over the bytes of a format.
struct FormatParser {
  var parts: [FormatString.Part] = []
  var problems: [FormatString.Problem] = []
  var nextArgument: Int
  let hasNumber: Bool
  private var text: [UInt8] = []

  init(nextArgument: Int, hasNumber: Bool) {
    self.nextArgument = nextArgument
    self.hasNumber = hasNumber
  }

  mutating func parse(_ bytes: UnsafeBufferPointer<UInt8>) {
    var at = 0
    while at < bytes.count {
      guard let percent = bytes[at...].firstIndex(of: 0x25) else { break }
      text.append(contentsOf: bytes[at..<percent])
      at = percent + 1
      if at < bytes.count, bytes[at] == 0x25 {
        text.append(0x25)
        at += 1
      } else if let end = specifier(bytes, percent) {
        at = end
      } else {
        var end = min(percent + 3, bytes.count)
        while end < bytes.count, UTF8.isContinuation(bytes[end]) { end += 1 }
        problems.append(.lonePercent(excerpt(bytes, percent..<end)))
        text.append(0x25)
      }
    }
    text.append(contentsOf: bytes[min(at, bytes.count)...])
    endText()
  }

  private mutating func endText() {
    guard !text.isEmpty else { return }
    parts.append(.text(String(decoding: text, as: UTF8.self)))
    text.removeAll(keepingCapacity: true)
  }

  private func excerpt(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// Reads what begins with the `%` at `start`; the end of it, or nil where it is no specifier.
  private mutating func specifier(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    if hasNumber, bytes[start...].dropFirst().starts(with: [0x61, 0x72, 0x67]) {
      add(.number)
      return start + 4
    }
    var reader = SpecifierReader(bytes: bytes, start: start)
    reader.readPlace()
    if let name = reader.readVariable() {
      guard let argument = argument(reader.place) else { return nil }
      add(.variable(name: name, argument: argument, source: reader.source))
      return reader.at
    }
    guard reader.readSpecifier() else { return nil }
    if reader.isStarred {
      problems.append(.starredWidth(reader.source))
      text.append(contentsOf: bytes[start..<reader.at])
      return reader.at
    }
    guard let argument = argument(reader.place) else { return nil }
    reader.specifier.argument = argument
    reader.specifier.source = reader.source
    add(.argument(reader.specifier))
    return reader.at
  }

  private mutating func add(_ part: FormatString.Part) {
    endText()
    parts.append(part)
  }

  private mutating func argument(_ place: Int?) -> Int? {
    let argument = place ?? nextArgument
    guard argument <= FormatString.argumentLimit else { return nil }
    if place == nil { nextArgument += 1 }
    return argument
  }
}

/// Reads one specifier or variable.
private struct SpecifierReader {
  let bytes: UnsafeBufferPointer<UInt8>
  let start: Int
  private(set) var at: Int
  /// The argument that it names; nil where it takes the next.
  private(set) var place: Int?
  var specifier = Specifier(argument: 0, conversion: .text, source: "")
  /// A Boolean value that indicates whether the width or the precision is an argument.
  private(set) var isStarred = false
  private var spaces = 0
  private var hasWidth = false

  init(bytes: UnsafeBufferPointer<UInt8>, start: Int) {
    self.bytes = bytes
    self.start = start
    at = start + 1
  }

  /// The text that was read.
  var source: String { text(start..<at) }

  private func byte(_ at: Int) -> UInt8 { at < bytes.count ? bytes[at] : 0 }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// Reads digits, six at most; nil where there are none.
  private mutating func readNumber() -> Int? {
    let first = at
    var value = 0
    while (0x30...0x39).contains(byte(at)), at - first < 6 {
      value = value * 10 + Int(byte(at) - 0x30)
      at += 1
    }
    return at > first ? value : nil
  }

  /// Reads a text that ends with `end`; nil where it does not end, or has no letters.
  private mutating func readName(from first: Int, until end: UInt8) -> String? {
    guard let close = bytes[min(first, bytes.count)...].prefix(200).firstIndex(of: end), close > first else {
      return nil
    }
    at = close + 1
    return text(first..<close)
  }

  /// Reads `2$`.
  mutating func readPlace() {
    let first = at
    if let value = readNumber(), byte(at) == 0x24, value > 0 {
      place = value
      at += 1
    } else {
      at = first
    }
  }

  /// Reads `#@name@`.
  mutating func readVariable() -> String? {
    guard byte(at) == 0x23, byte(at + 1) == 0x40 else { return nil }
    return readName(from: at + 2, until: 0x40)
  }

  /// Reads the rest of a specifier; false where it is none.
  mutating func readSpecifier() -> Bool {
    if byte(at) == 0x28 { specifier.name = readName(from: at + 1, until: 0x29) }
    readFlags()
    readSizes()
    // h, j, l, q, t, z, L: how wide an argument is in C.
    let length = at
    while Self.isLength(byte(at)) { at += 1 }
    guard let conversion = Self.conversion(byte(at)), isMeant(hasLength: at > length) else { return false }
    if [0x45, 0x46, 0x47, 0x41].contains(byte(at)) { specifier.flags.insert(.capitals) }
    specifier.conversion = conversion
    at += 1
    return true
  }

  private mutating func readFlags() {
    while true {
      switch byte(at) {
      case 0x20:
        specifier.flags.insert(.space)
        spaces += 1
      case 0x2D: specifier.flags.insert(.left)
      case 0x30: specifier.flags.insert(.zeros)
      case 0x2B: specifier.flags.insert(.plus)
      case 0x23: specifier.flags.insert(.alternate)
      // Digits are grouped as the language does, whether or not it is asked for.
      case 0x27: break
      default: return
      }
      at += 1
    }
  }

  /// Reads the width and the precision.
  private mutating func readSizes() {
    readStar()
    let width = readNumber()
    hasWidth = width != nil
    specifier.width = min(width ?? 0, 100)
    guard byte(at) == 0x2E else { return }
    at += 1
    readStar()
    specifier.precision = min(readNumber() ?? 0, 100)
  }

  private mutating func readStar() {
    guard byte(at) == 0x2A else { return }
    isStarred = true
    at += 1
  }

  /// Tells a specifier with a space in it from a percent sign before a word.
  private func isMeant(hasLength: Bool) -> Bool {
    guard spaces > 0, place == nil, specifier.precision == nil else { return true }
    // With nothing else, only what is no word of a single letter in any language: d, f and @.
    let isBare = specifier.flags == .space && !hasWidth && !hasLength
    return spaces == 1 && (!isBare || [0x64, 0x66, 0x40].contains(byte(at))) && !Self.isWord(byte(at + 1))
  }

  private static func isLength(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x68, 0x6A, 0x6C, 0x71, 0x74, 0x7A, 0x4C: true
    default: false
    }
  }

  /// Returns a Boolean value that indicates whether a byte may go on with a word: a letter, a digit, an
  /// apostrophe, and all that is not ASCII.
  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x27, 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: true
    default: false
    }
  }

  private static func conversion(_ byte: UInt8) -> Specifier.Conversion? {
    switch byte {
    // @, and C's strings, characters and pointers, which all are texts here.
    case 0x40, 0x63, 0x43, 0x73, 0x53, 0x70: .text
    case 0x64, 0x69, 0x44, 0x75, 0x55: .integer
    case 0x6F, 0x4F: .octal
    case 0x78: .hexadecimal
    case 0x58: .capitalHexadecimal
    case 0x66, 0x46: .fixed
    case 0x65, 0x45: .exponent
    case 0x61, 0x41: .hexadecimalFraction
    case 0x67, 0x47: .general
    default: nil
    }
  }
}
