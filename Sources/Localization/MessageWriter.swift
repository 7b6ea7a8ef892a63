import Glibc

/// Writes one compiled text with its arguments.
struct MessageWriter {
  /// No text becomes longer; a payload has 4 or 5 KiB.
  static let outputLimit = 64 << 10
  /// The most nodes of one text, which may name each other, and parts of them.
  private static let nodeLimit = 10_000

  let memory: UnsafeRawBufferPointer
  let rules: PluralRules
  let symbols: NumberSymbols
  /// A Boolean value that indicates whether texts are put between marks that keep their direction from the
  /// text around them.
  let isolates: Bool
  var problems: [LocalizationProblem] = []
  private var nodeCount = 0

  init(
    memory: UnsafeRawBufferPointer, rules: PluralRules, symbols: NumberSymbols, isolates: Bool
  ) {
    self.memory = memory
    self.rules = rules
    self.symbols = symbols
    self.isolates = isolates
  }

  /// Writes the node at `offset`.
  mutating func write(
    _ offset: Int, _ arguments: UnsafeBufferPointer<FormatArgument>, to output: inout [UInt8]
  ) {
    var at = offset
    nodeCount += 1
    guard nodeCount <= Self.nodeLimit, output.count <= Self.outputLimit else {
      note(.tooLarge)
      return
    }
    switch CompiledCatalog.Tag(rawValue: memory[at]) {
    case .node: write(memory.number(at: at + 1), arguments, to: &output)
    case .plural:
      let operands = operands(Int(memory[at + 1]), precision: memory[at + 2], arguments)
      func form(_ category: PluralCategory) -> Int { memory.number(at: at + 3 + 4 * category.index) }
      // Whoever writes a form for nothing wants it, also where the language has none: Foundation's rule.
      if let operands, operands.isZero, form(.zero) != 0 {
        write(form(.zero), arguments, to: &output)
      } else {
        let chosen = form(operands.map { rules.category(of: $0) } ?? .other)
        write(chosen != 0 ? chosen : form(.other), arguments, to: &output)
      }
    case .message:
      at += 1
      while let tag = CompiledCatalog.Tag(rawValue: memory[at]), tag != .end {
        // Nothing may take long that no clock interrupts.
        nodeCount += 1
        guard nodeCount <= Self.nodeLimit, output.count <= Self.outputLimit else {
          note(.tooLarge)
          return
        }
        switch tag {
        case .text:
          let count = Int(memory[at + 1]) | Int(memory[at + 2]) << 8
          output.append(contentsOf: UnsafeRawBufferPointer(rebasing: memory[(at + 3)..<(at + 3 + count)]))
          at += 3 + count
        case .argument:
          writeArgument(at + 1, arguments, to: &output)
          at += 7 + Int(memory[at + 6])
        case .node:
          write(memory.number(at: at + 1), arguments, to: &output)
          at += 5
        default: return
        }
      }
    default: return
    }
  }

  mutating func note(_ problem: LocalizationProblem) {
    if !problems.contains(problem) { problems.append(problem) }
  }

  // MARK: Plurals

  /// An argument as plural rules look at it; nil where it is no number.
  private mutating func operands(
    _ number: Int, precision: UInt8, _ arguments: UnsafeBufferPointer<FormatArgument>
  ) -> PluralOperands? {
    // What is shown decides: 1.0 is another number to a rule than 1.
    func shown(_ value: Double) -> PluralOperands? {
      PluralOperands(precision == 255 ? Self.shortest(value) : Self.digits(value, precision: Int(precision)))
    }
    let operands: PluralOperands?
    switch number <= arguments.count ? arguments[number - 1] : .missing {
    case .missing:
      note(.missingArgument(number))
      return nil
    case .integer(let value): operands = precision == 255 ? PluralOperands(value) : shown(Double(value))
    case .number(let value): operands = shown(value)
    case .text(let text):
      operands =
        precision == 255
        ? PluralOperands(digits: text) ?? Self.number(text).flatMap(shown) : Self.number(text).flatMap(shown)
    case .boolean, .structure: operands = nil
    }
    if operands == nil { note(.notNumeric(number)) }
    return operands
  }

  // MARK: Arguments

  private mutating func writeArgument(
    _ at: Int, _ arguments: UnsafeBufferPointer<FormatArgument>, to output: inout [UInt8]
  ) {
    let number = Int(memory[at])
    let flags = Specifier.Flags(rawValue: memory[at + 2])
    let width = Int(memory[at + 3])
    let precision = memory[at + 4] == 255 ? nil : Int(memory[at + 4])
    guard number <= arguments.count, let conversion = Specifier.Conversion(rawValue: memory[at + 1]) else {
      leave(number, at, to: &output)
      return
    }
    let start = output.count
    switch (conversion, arguments[number - 1]) {
    case (_, .missing): leave(number, at, to: &output)
    case (.text, .text(let text)):
      // Plain text without a width: most of all.
      if isolates { output.append(contentsOf: [0xE2, 0x81, 0xA8]) }
      output.append(contentsOf: precision.map { text.prefix(characters: $0) } ?? text)
      if isolates { output.append(contentsOf: [0xE2, 0x81, 0xA9]) }
      if width > 0 { output.pad(from: start, flags: flags, width: width + (isolates ? 2 : 0)) }
    case (.text, .integer(let value)):
      Self.withDecimal(value) { output.append(contentsOf: $0) }
      output.pad(from: start, flags: flags, width: width)
    case (.text, .number(let value)):
      output.append(contentsOf: Self.shortest(value).utf8)
      output.pad(from: start, flags: flags, width: width)
    case (_, .boolean(let value)):
      if conversion != .text { note(.notNumeric(number)) }
      output.append(contentsOf: (value ? "true" : "false").utf8)
      output.pad(from: start, flags: flags, width: width)
    case (_, .structure(let json)):
      note(.notPlain(number))
      output.append(contentsOf: json)
    case (_, .text(let text)):
      if conversion == .integer, PluralOperands(digits: text) != nil {
        symbols.append(text, flags: flags, width: width, digitCount: precision, to: &output)
        return
      }
      guard let value = Self.number(text) else {
        note(.notNumeric(number))
        output.append(contentsOf: text)
        output.pad(from: start, flags: flags, width: width)
        return
      }
      if let whole = Int64(String(decoding: text, as: UTF8.self)) {
        writeInteger(whole, conversion, flags, width, precision, to: &output)
      } else {
        writeNumber(value, conversion, flags, width, precision, to: &output)
      }
    case (_, .integer(let value)):
      writeInteger(value, conversion, flags, width, precision, to: &output)
    case (_, .number(let value)):
      if !value.isFinite { note(.notNumeric(number)) }
      writeNumber(value, conversion, flags, width, precision, to: &output)
    }
  }

  /// The number that a text says in decimal notation; nil for what C reads as one beside that, such as `inf` and `0x1F`.
  private static func number(_ text: UnsafeRawBufferPointer) -> Double? {
    let isDecimal = text.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x45, 0x65: true
      default: false
      }
    }
    guard isDecimal, let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else {
      return nil
    }
    return value
  }

  private func writeInteger(
    _ value: Int64, _ conversion: Specifier.Conversion, _ flags: Specifier.Flags, _ width: Int,
    _ precision: Int?, to output: inout [UInt8]
  ) {
    switch conversion {
    case .integer:
      Self.withDecimal(value) {
        // C shows no digit of a zero that may have none.
        let digits = value == 0 && precision == 0 ? UnsafeRawBufferPointer(rebasing: $0[..<0]) : $0
        symbols.append(digits, flags: flags, width: width, digitCount: precision, to: &output)
      }
    case .octal, .hexadecimal, .capitalHexadecimal:
      let start = output.count
      let isOctal = conversion == .octal
      var digits = String(
        value.magnitude, radix: isOctal ? 8 : 16, uppercase: conversion == .capitalHexadecimal)
      var head = value < 0 ? "-" : ""
      if value == 0, precision == 0 { digits = "" }
      if flags.contains(.alternate), !isOctal, value != 0 { head += conversion == .hexadecimal ? "0x" : "0X" }
      let hasZeros = flags.contains(.zeros) && !flags.contains(.left) && precision == nil
      let least = precision ?? (hasZeros ? width - head.utf8.count : 0)
      digits = String(repeating: "0", count: max(0, least - digits.utf8.count)) + digits
      if flags.contains(.alternate), isOctal, digits.first != "0" { digits = "0" + digits }
      output.append(contentsOf: (head + digits).utf8)
      output.pad(from: start, flags: flags, width: width)
    default: writeNumber(Double(value), conversion, flags, width, precision, to: &output)
    }
  }

  /// Leaves a specifier as it is, for people to see that something is missing.
  private mutating func leave(_ number: Int, _ at: Int, to output: inout [UInt8]) {
    note(.missingArgument(number))
    output.append(contentsOf: memory[(at + 6)..<(at + 6 + Int(memory[at + 5]))])
  }

  private func writeNumber(
    _ value: Double, _ conversion: Specifier.Conversion, _ flags: Specifier.Flags, _ width: Int,
    _ precision: Int?, to output: inout [UInt8]
  ) {
    // C's own notation of what is written with an exponent, and of what is no number.
    func appendAsC(_ conversion: String, precision: Int?) {
      var format = "%"
      for (flag, sign) in [
        (Specifier.Flags.left, "-"), (.zeros, "0"), (.plus, "+"), (.space, " "), (.alternate, "#"),
      ]
      where flags.contains(flag) { format += sign }
      if width > 0 { format += "\(width)" }
      if let precision { format += ".\(precision)" }
      output.append(contentsOf: Self.printed(format + conversion, value).utf8)
    }
    let hasCapitals = flags.contains(.capitals)
    let mark = flags.contains(.alternate) ? "#" : ""
    var text: String
    switch conversion {
    case _ where !value.isFinite:
      appendAsC(hasCapitals ? "F" : "f", precision: nil)
      return
    case .fixed: text = Self.printed("%\(mark).\(precision ?? 6)f", value)
    case .exponent:
      appendAsC(hasCapitals ? "E" : "e", precision: precision)
      return
    case .hexadecimalFraction:
      appendAsC(hasCapitals ? "A" : "a", precision: precision)
      return
    case .general:
      text = Self.printed("%\(mark).\(precision ?? 6)g", value)
      if text.utf8.contains(0x65) {
        appendAsC(hasCapitals ? "G" : "g", precision: precision)
        return
      }
    default:
      // A fraction is shown, though a whole number was asked for; what is too large for 64 bits has all of its digits.
      if let whole = Int64(exactly: value) {
        writeInteger(whole, conversion, flags, width, precision, to: &output)
        return
      }
      text = value.rounded() == value ? Self.digits(value, precision: 0) : Self.shortest(value)
    }
    guard !text.utf8.contains(0x65) else {
      let start = output.count
      output.append(contentsOf: text.utf8)
      output.pad(from: start, flags: flags, width: width)
      return
    }
    text.withUTF8 { symbols.append(UnsafeRawBufferPointer($0), flags: flags, width: width, to: &output) }
  }

  // MARK: Digits

  static func digits(_ value: Double, precision: Int) -> String { printed("%.\(precision)f", value) }

  /// As Swift and JSON write it: `3`, `3.5`.
  private static func shortest(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func printed(_ format: String, _ value: Double) -> String {
    // The largest double has 309 digits before its point.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      let count = withVaList([value]) { vsnprintf(buffer.baseAddress, buffer.count, format, $0) }
      return String(
        decoding: buffer.prefix(min(Int(count), buffer.count - 1)).map { UInt8(bitPattern: $0) },
        as: UTF8.self)
    }
  }

  private static func withDecimal(_ value: Int64, _ body: (UnsafeRawBufferPointer) -> Void) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { buffer in
      var at = 20
      var rest = value.magnitude
      repeat {
        at -= 1
        buffer[at] = UInt8(0x30 + rest % 10)
        rest /= 10
      } while rest > 0
      if value < 0 {
        at -= 1
        buffer[at] = 0x2D
      }
      body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[at..<20])))
    }
  }
}

extension UnsafeRawBufferPointer {
  /// As many characters from the start as `%.3@` asks for.
  fileprivate func prefix(characters: Int) -> UnsafeRawBufferPointer {
    // A precision is 100 at most, and nobody's name has characters of 40 bytes each.
    let text = String(decoding: self.prefix(4096), as: UTF8.self).prefix(characters)
    return UnsafeRawBufferPointer(rebasing: self[..<Swift.min(count, text.utf8.count)])
  }
}
