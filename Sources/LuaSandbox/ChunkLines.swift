/// The lines of a chunk that have code, and the functions in it, read from what Lua compiled.
package struct ChunkLines: Sendable, Equatable {
  /// The lines that have instructions of their own, in order.
  package private(set) var lines: [Int] = []
  /// The first and the last line of every function but the chunk itself, in the order of the source.
  package private(set) var functions: [ClosedRange<Int>] = []

  /// Reads the lines of a compiled chunk.
  package init(_ chunk: CompiledFunction) {
    var found: Set<Int> = []
    read(chunk, &found, isChunk: true)
    lines = found.sorted()
    functions.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
  }

  private mutating func read(_ function: CompiledFunction, _ found: inout Set<Int>, isChunk: Bool) {
    if !isChunk, function.firstLine <= function.lastLine {
      functions.append(function.firstLine...function.lastLine)
    }
    for inner in function.functions { read(inner, &found, isChunk: false) }
    // The first instruction of a function with `...` sets it up; the last one returns where no `return` did.
    for line in function.lines.dropLast().dropFirst(function.isVariadic ? 1 : 0) { found.insert(line) }
  }
}
