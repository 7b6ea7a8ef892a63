/// A format as Foundation has it, taken apart: text, places for arguments, and places for other texts.
///
/// The specifiers are those of Apple's *String Format Specifiers*. A `%` that begins none of them is text. One before a
/// space is text, too, where what follows may be a word: nobody who writes `50% off` or `70% and` means a number. But
/// `% d` with no letter behind it is a number with a space in the place of a sign.
package struct FormatString: Sendable, Equatable {
  /// A piece of a format.
  package enum Part: Sendable, Equatable {
    case text(String)
    case argument(Specifier)
    /// `%#@name@`, with the place of its argument.
    case variable(name: String, argument: Int, source: String)
    /// `%arg`: the number that chose this form.
    case number
  }

  /// What is odd about a format, for people who look after it.
  package enum Problem: Sendable, Equatable {
    /// A `%` that is no specifier and no `%%`.
    case lonePercent(String)
    /// A width or precision that is an argument.
    case starredWidth(String)
  }

  /// The last argument that a specifier may name.
  package static let argumentLimit = 250

  /// The pieces, in their order.
  package private(set) var parts: [Part] = []
  /// The oddities that were found, in the order of the text.
  package private(set) var problems: [Problem] = []

  /// Takes a format apart.
  ///
  /// - Parameters:
  ///   - firstArgument: what the first specifier without a place is about; in the form of a variable it is the
  ///     variable's own argument.
  ///   - hasNumber: whether `%arg` stands for a number, as in the forms of a substitution.
  package init(_ text: String, firstArgument: Int = 1, hasNumber: Bool = false) {
    var text = text
    var parser = Parser(nextArgument: firstArgument, hasNumber: hasNumber)
    text.withUTF8 { parser.parse($0) }
    parts = parser.parts
    problems = parser.problems
  }

  /// The format as text again, with each place and each `%arg` as `place` and `number` write them.
  ///
  /// - Parameters:
  ///   - place: writes a specifier or a variable, of which it is given the argument and the source.
  ///   - number: what stands for `%arg`.
  package func text(place: (_ argument: Int, _ source: String) -> String, number: String = "%arg") -> String {
    parts.map { part in
      switch part {
      case .text(let text): text.doubledPercents
      case .argument(let specifier): place(specifier.argument, specifier.source)
      case .variable(_, let argument, let source): place(argument, source)
      case .number: number
      }
    }.joined()
  }

  /// A specifier or a variable with its place: `%@` becomes `%1$@`.
  package static func placed(_ source: String, at argument: Int) -> String {
    isPlaced(source) ? source : "%\(argument)$\(source.dropFirst())"
  }

  /// Whether a specifier says which argument it is about.
  package static func isPlaced(_ source: String) -> Bool {
    source.dropFirst().drop { $0.isASCII && $0.isNumber }.first == "$"
  }

  /// The specifiers of arguments, in their order.
  package var specifiers: [Specifier] {
    parts.compactMap { if case .argument(let specifier) = $0 { specifier } else { nil } }
  }
}

/// A place for an argument, and how it is written: `%2$.1f`.
package struct Specifier: Sendable, Equatable {
  /// The signs between `%` and the width.
  package struct Flags: OptionSet, Sendable {
    /// The flags as bits.
    package let rawValue: UInt8
    /// Creates flags of bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// `-`: spaces go behind.
    package static let left = Flags(rawValue: 1)
    /// `0`: zeros fill up a number.
    package static let zeros = Flags(rawValue: 2)
    /// `+`: a number that is not negative has a sign, too.
    package static let plus = Flags(rawValue: 4)
    /// `#`: the base of a number stands before it.
    package static let alternate = Flags(rawValue: 8)
    /// A space: a number that is not negative has one in the place of a sign.
    package static let space = Flags(rawValue: 16)
    /// `E`, `F`, `G` and `A`: the letters in a number are capitals.
    package static let capitals = Flags(rawValue: 32)
  }

  /// How an argument is written.
  package enum Conversion: UInt8, Sendable {
    case text
    case integer
    case octal
    case hexadecimal
    case capitalHexadecimal
    case fixed
    case exponent
    case general
    case hexadecimalFraction
  }

  /// Which argument, from 1.
  package var argument: Int
  /// The name of `%1$(name)lld`, which says what the argument is.
  package var name: String?
  /// The flags that were written.
  package var flags: Flags = []
  /// The fewest characters; 0 where nothing is said.
  package var width = 0
  /// The number behind the point; nil where there is none.
  package var precision: Int?
  /// The way in which the argument is written.
  package var conversion: Conversion
  /// As it was written.
  package var source: String

  /// Creates a specifier without flags, width and precision.
  package init(argument: Int, conversion: Conversion, source: String) {
    self.argument = argument
    self.conversion = conversion
    self.source = source
  }

  /// Whether the argument is a number.
  package var isNumeric: Bool { conversion != .text }
  /// Whether it is a whole number.
  package var isInteger: Bool {
    switch conversion {
    case .integer, .octal, .hexadecimal, .capitalHexadecimal: true
    default: false
    }
  }
}

/// Walks over the bytes of a format.
private struct Parser {
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
    func byte(_ at: Int) -> UInt8 { at < bytes.count ? bytes[at] : 0 }
    func number(_ at: inout Int) -> Int? {
      let first = at
      var value = 0
      while (0x30...0x39).contains(byte(at)), at - first < 6 {
        value = value * 10 + Int(byte(at) - 0x30)
        at += 1
      }
      return at > first ? value : nil
    }
    func name(_ at: Int, until end: UInt8) -> (text: String, end: Int)? {
      guard let close = bytes[at...].prefix(200).firstIndex(of: end), close > at else { return nil }
      return (excerpt(bytes, at..<close), close + 1)
    }
    if hasNumber, byte(start + 1) == 0x61, byte(start + 2) == 0x72, byte(start + 3) == 0x67 {
      endText()
      parts.append(.number)
      return start + 4
    }
    var at = start + 1
    var place: Int?
    var end = at
    if let value = number(&end), byte(end) == 0x24, value > 0 {
      place = value
      at = end + 1
    }
    if byte(at) == 0x23, byte(at + 1) == 0x40, let (name, end) = name(at + 2, until: 0x40) {
      guard let argument = argument(place) else { return nil }
      endText()
      parts.append(.variable(name: name, argument: argument, source: excerpt(bytes, start..<end)))
      return end
    }
    var specifier = Specifier(argument: 0, conversion: .text, source: "")
    if byte(at) == 0x28, let (name, end) = name(at + 1, until: 0x29) {
      specifier.name = name
      at = end
    }
    var spaces = 0
    flags: while true {
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
      default: break flags
      }
      at += 1
    }
    var isStarred = false
    if byte(at) == 0x2A {
      isStarred = true
      at += 1
    }
    let width = number(&at)
    specifier.width = min(width ?? 0, 100)
    if byte(at) == 0x2E {
      at += 1
      if byte(at) == 0x2A {
        isStarred = true
        at += 1
      }
      specifier.precision = min(number(&at) ?? 0, 100)
    }
    // h, j, l, q, t, z, L: how wide an argument is in C.
    let length = at
    while Self.isLength(byte(at)) { at += 1 }
    guard let conversion = Self.conversion(byte(at)) else { return nil }
    if [0x45, 0x46, 0x47, 0x41].contains(byte(at)) { specifier.flags.insert(.capitals) }
    if spaces > 0, place == nil, specifier.precision == nil {
      // With nothing else, only what is no word of a single letter in any language: d, f and @.
      let isBare = specifier.flags.subtracting(.capitals) == .space && width == nil && length == at
      guard spaces == 1, !isBare || [0x64, 0x66, 0x40].contains(byte(at)), !Self.isWord(byte(at + 1)) else {
        return nil
      }
    }
    at += 1
    if isStarred {
      problems.append(.starredWidth(excerpt(bytes, start..<at)))
      text.append(contentsOf: bytes[start..<at])
      return at
    }
    guard let argument = argument(place) else { return nil }
    specifier.argument = argument
    specifier.conversion = conversion
    specifier.source = excerpt(bytes, start..<at)
    endText()
    parts.append(.argument(specifier))
    return at
  }

  private mutating func argument(_ place: Int?) -> Int? {
    let argument = place ?? nextArgument
    guard argument <= FormatString.argumentLimit else { return nil }
    if place == nil { nextArgument += 1 }
    return argument
  }

  private static func isLength(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x68, 0x6A, 0x6C, 0x71, 0x74, 0x7A, 0x4C: true
    default: false
    }
  }

  /// Whether a byte may go on with a word: a letter, a digit, an apostrophe, and all that is not ASCII.
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

extension String {
  /// A text as a format that says it.
  ///
  /// By scalars: a mark that combines with the percent sign makes another character of it.
  package var doubledPercents: String {
    var text = ""
    for scalar in unicodeScalars {
      text.unicodeScalars.append(scalar)
      if scalar == "%" { text.unicodeScalars.append(scalar) }
    }
    return text
  }
}
