/// The lines of one Lua file that have code, each with the number of its runs.
package struct ChunkCoverage: Sendable, Equatable {
  /// A line with code.
  package struct Line: Sendable, Equatable {
    /// The number of the line, from 1.
    package var number: Int
    /// The number of times that it was run.
    package var hits: Int

    /// Creates a line.
    package init(number: Int, hits: Int) {
      self.number = number
      self.hits = hits
    }
  }

  /// A function of the source.
  package struct Function: Sendable, Equatable {
    /// The line at which it begins.
    package var first: Int
    /// The line at which it ends.
    package var last: Int
    /// The number of times that it was called.
    package var calls: Int

    /// Creates a function.
    package init(first: Int, last: Int, calls: Int) {
      self.first = first
      self.last = last
      self.calls = calls
    }
  }

  /// The path, as messages name the file.
  package var path: String
  /// The lines with code, in order.
  package var lines: [Line]
  /// The functions, in the order of the source.
  package var functions: [Function]

  /// Creates the counts of one file.
  package init(path: String, lines: [Line], functions: [Function]) {
    self.path = path
    self.lines = lines
    self.functions = functions
  }

  /// Returns true where a file has these lines; nil is no file of ours.
  package func isPossible(in source: [UInt8]?) -> Bool {
    guard let source else { return false }
    let range = 1...source.count(where: { $0 == 0x0A || $0 == 0x0D }) + 1
    return lines.allSatisfy { range.contains($0.number) }
      && functions.allSatisfy { range.contains($0.first) && range.contains($0.last) }
  }

  /// All files of all plugins, as the body of a frame.
  package static func body(_ chunks: [ChunkCoverage]) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(UInt32(chunks.count))
    for chunk in chunks {
      writer.write(chunk.path)
      writer.write(UInt32(chunk.lines.count))
      for line in chunk.lines {
        writer.write(UInt32(line.number))
        writer.write(UInt32(line.hits))
      }
      writer.write(UInt32(chunk.functions.count))
      for function in chunk.functions {
        for number in [function.first, function.last, function.calls] { writer.write(UInt32(number)) }
      }
    }
    return writer.bytes
  }

  /// Reads the body of a frame with counts.
  package static func read(_ body: [UInt8]) throws(ByteReader.Truncated) -> [ChunkCoverage] {
    var reader = ByteReader(body)
    var chunks: [ChunkCoverage] = []
    for _ in 0..<(try reader.read(UInt32.self)) {
      var chunk = ChunkCoverage(path: try reader.readText(), lines: [], functions: [])
      for _ in 0..<(try reader.read(UInt32.self)) {
        chunk.lines.append(
          Line(number: Int(try reader.read(UInt32.self)), hits: Int(try reader.read(UInt32.self))))
      }
      for _ in 0..<(try reader.read(UInt32.self)) {
        chunk.functions.append(
          Function(
            first: Int(try reader.read(UInt32.self)), last: Int(try reader.read(UInt32.self)),
            calls: Int(try reader.read(UInt32.self))))
      }
      chunks.append(chunk)
    }
    return chunks
  }
}
