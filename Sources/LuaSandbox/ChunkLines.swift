/// The lines of a chunk that have code, and the functions in it, read from what Lua compiled.
///
/// Lua tells the lines of a function only to whoever has it, and nobody has those that were never made. So they are
/// read from the form that `string.dump` writes: `ldump.c` of Lua 5.4.
package struct ChunkLines: Sendable, Equatable {
  /// The lines that have instructions of their own, in order.
  package private(set) var lines: [Int] = []
  /// The first and the last line of every function but the chunk itself, in the order of the source.
  package private(set) var functions: [ClosedRange<Int>] = []

  /// The bytes are not what Lua 5.4 writes.
  package struct Unreadable: Error {}

  /// Reads compiled code with its debug information.
  package init(code: [UInt8]) throws(Unreadable) {
    var reader = Reader(bytes: code)
    // Signature, version, format, check data; sizes of an instruction, an integer, a number; one of each of the last.
    guard code.starts(with: [0x1B, 0x4C, 0x75, 0x61, 0x54, 0x00]) else { throw Unreadable() }
    try reader.skip(12)
    guard try reader.byte() == 4, try reader.byte() == 8, try reader.byte() == 8 else { throw Unreadable() }
    try reader.skip(16)
    // The number of the chunk's upvalues.
    try reader.skip(1)
    var found: Set<Int> = []
    try readFunction(&reader, &found, isChunk: true)
    lines = found.sorted()
    functions.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
  }

  private mutating func readFunction(_ reader: inout Reader, _ found: inout Set<Int>, isChunk: Bool)
    throws(Unreadable)
  {
    try reader.skipString()
    let first = try reader.size()
    let last = try reader.size()
    if !isChunk, first <= last { functions.append(first...last) }
    try reader.skip(1)
    let isVariadic = try reader.byte() != 0
    try reader.skip(1)
    let instructionCount = try reader.size()
    try reader.skip(instructionCount * 4)
    for _ in 0..<(try reader.size()) {
      switch try reader.byte() {
      case 0x03, 0x13: try reader.skip(8)
      case 0x04, 0x14: try reader.skipString()
      default: break
      }
    }
    try reader.skip(3 * (try reader.size()))
    for _ in 0..<(try reader.size()) { try readFunction(&reader, &found, isChunk: false) }
    let lines = try Self.instructionLines(&reader, from: first)
    // The first instruction of a function with `...` sets it up; the last one returns where no `return` did.
    for line in lines.dropLast().dropFirst(isVariadic ? 1 : 0) { found.insert(line) }
    for _ in 0..<(try reader.size()) {
      try reader.skipString()
      _ = try reader.size()
      _ = try reader.size()
    }
    for _ in 0..<(try reader.size()) { try reader.skipString() }
  }

  /// The line of each instruction: differences of one byte, and where one does not suffice a number.
  private static func instructionLines(
    _ reader: inout Reader, from first: Int
  ) throws(Unreadable) -> [Int] {
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
    mutating func skipString() throws(Unreadable) {
      let size = try size()
      if size > 1 { try skip(size - 1) }
    }
  }
}
