/// A function as Lua compiled it: its instructions, its constants, and the names and lines of the source.
///
/// It is read from the form that `string.dump` writes: `ldump.c` of Lua 5.4. Lua itself shows a function only where it
/// was made, and some are never made.
package struct CompiledFunction: Sendable {
  /// A value that instructions name by its number.
  package enum Constant: Sendable, Equatable {
    case `nil`
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
  }

  /// A variable of an enclosing function.
  package struct Upvalue: Sendable, Equatable {
    /// A Boolean value that indicates whether it is in a register of the enclosing function, not among its upvalues.
    package var isLocal: Bool
    /// The number of the register, or of the enclosing function's upvalue.
    package var index: Int
  }

  /// A local variable by its name in the source.
  package struct Local: Sendable, Equatable {
    /// The name in the source; those that Lua makes itself begin with a parenthesis.
    package var name: String
    /// The instructions during which it is there.
    package var range: Range<Int>
    /// The register that holds it, from 0.
    package var register: Int
  }

  /// The line of `function`; 0 for the chunk itself.
  package private(set) var firstLine = 0
  /// The line of its `end`; 0 for the chunk itself.
  package private(set) var lastLine = 0
  /// The number of named parameters.
  package private(set) var parameterCount = 0
  /// A Boolean value that indicates whether it takes more arguments than it names.
  package private(set) var isVariadic = false
  /// The instructions, in the order in which they stand.
  package private(set) var instructions: [LuaInstruction] = []
  /// The line of each instruction.
  package private(set) var lines: [Int] = []
  /// The constants, by the numbers that instructions have of them.
  package private(set) var constants: [Constant] = []
  /// The variables of enclosing functions, by number.
  package private(set) var upvalues: [Upvalue] = []
  /// The functions that are defined in it, in the order of the source.
  package private(set) var functions: [CompiledFunction] = []
  /// The local variables, in the order in which they come into scope.
  package private(set) var locals: [Local] = []

  /// The bytes are not what Lua 5.4 writes.
  package struct Unreadable: Error {}

  /// The deepest nesting of functions: `LUAI_MAXCCALLS`.
  private static let depthLimit = 200

  /// Reads a compiled chunk with its debug information.
  package init(code: [UInt8]) throws(Unreadable) {
    var reader = Reader(bytes: code)
    // Signature, version, format, check data; sizes of an instruction, an integer, a number; one of each of the last.
    guard code.starts(with: [0x1B, 0x4C, 0x75, 0x61, 0x54, 0x00]) else { throw Unreadable() }
    try reader.skip(12)
    guard try reader.byte() == 4, try reader.byte() == 8, try reader.byte() == 8 else { throw Unreadable() }
    try reader.skip(16)
    // The number of the chunk's upvalues.
    try reader.skip(1)
    try self.init(&reader, depth: 0)
  }

  private init(_ reader: inout Reader, depth: Int) throws(Unreadable) {
    guard depth <= Self.depthLimit else { throw Unreadable() }
    _ = try reader.text()
    firstLine = try reader.size()
    lastLine = try reader.size()
    parameterCount = Int(try reader.byte())
    isVariadic = try reader.byte() != 0
    try reader.skip(1)
    for _ in 0..<(try reader.size()) { instructions.append(LuaInstruction(bits: try reader.word())) }
    for _ in 0..<(try reader.size()) { constants.append(try Self.constant(&reader)) }
    for _ in 0..<(try reader.size()) {
      upvalues.append(Upvalue(isLocal: try reader.byte() != 0, index: Int(try reader.byte())))
      try reader.skip(1)
    }
    for _ in 0..<(try reader.size()) { functions.append(try CompiledFunction(&reader, depth: depth + 1)) }
    lines = try Self.lines(&reader, from: firstLine)
    guard lines.count == instructions.count else { throw Unreadable() }
    try readLocals(&reader)
    // The names of the upvalues.
    for _ in 0..<(try reader.size()) { _ = try reader.text() }
  }

  private static func constant(_ reader: inout Reader) throws(Unreadable) -> Constant {
    switch try reader.byte() {
    case 0x00: return .nil
    case 0x01: return .boolean(false)
    case 0x11: return .boolean(true)
    case 0x03: return .integer(Int64(bitPattern: try reader.long()))
    case 0x13: return .number(Double(bitPattern: try reader.long()))
    case 0x04, 0x14: return .text(try reader.text())
    default: throw Unreadable()
    }
  }

  /// Reads the local variables, which are on a stack: each is in the register behind those that are there with it.
  private mutating func readLocals(_ reader: inout Reader) throws(Unreadable) {
    var present: [Int] = []
    for _ in 0..<(try reader.size()) {
      let name = try reader.text()
      let start = try reader.size()
      let end = try reader.size()
      while let last = present.last, last <= start { present.removeLast() }
      locals.append(Local(name: name, range: start..<max(start, end), register: present.count))
      present.append(end)
    }
  }

  /// The line of each instruction: differences of one byte, and where one does not suffice a number.
  private static func lines(_ reader: inout Reader, from first: Int) throws(Unreadable) -> [Int] {
    let count = try reader.size()
    var differences: [Int8] = []
    for _ in 0..<count { differences.append(Int8(bitPattern: try reader.byte())) }
    var absolute: [Int: Int] = [:]
    for _ in 0..<(try reader.size()) {
      let instruction = try reader.size()
      absolute[instruction] = try reader.size()
    }
    var line = first
    var lines: [Int] = []
    for (instruction, difference) in differences.enumerated() {
      line = difference == .min ? absolute[instruction] ?? line : line + Int(difference)
      lines.append(line)
    }
    return lines
  }

  private struct Reader {
    let bytes: [UInt8]
    var at = 0

    mutating func byte() throws(Unreadable) -> UInt8 {
      guard at < bytes.count else { throw Unreadable() }
      defer { at += 1 }
      return bytes[at]
    }

    mutating func skip(_ count: Int) throws(Unreadable) {
      guard count >= 0, bytes.count - at >= count else { throw Unreadable() }
      at += count
    }

    mutating func word() throws(Unreadable) -> UInt32 {
      let start = at
      try skip(4)
      return bytes[start..<at].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func long() throws(Unreadable) -> UInt64 {
      let low = try word()
      return UInt64(try word()) << 32 | UInt64(low)
    }

    /// Seven bits a byte, the highest first; the last byte has its top bit set.
    mutating func size() throws(Unreadable) -> Int {
      var size = 0
      while true {
        let byte = try byte()
        guard size < 1 << 40 else { throw Unreadable() }
        size = size << 7 | Int(byte & 0x7F)
        if byte & 0x80 != 0 { return size }
      }
    }

    /// One more than the length, then the bytes; 0 where there is no string.
    mutating func text() throws(Unreadable) -> String {
      let size = try size()
      let start = at
      try skip(max(0, size - 1))
      return String(decoding: bytes[start..<at], as: UTF8.self)
    }
  }
}
