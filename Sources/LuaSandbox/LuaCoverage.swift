import CLuaBoundary

/// Counts how often each line of some chunks is run, in all interpreters that it is given to.
package final class LuaCoverage {
  let pointer: OpaquePointer

  /// - Parameter chunks: the names, and how many lines each has.
  package init?(chunks: [(name: String, lineCount: Int)]) {
    guard let made = nl_coverage_create() else { return nil }
    pointer = made
    for chunk in chunks where !nl_coverage_add(made, "@\(chunk.name)", chunk.lineCount) { return nil }
  }

  deinit { nl_coverage_destroy(pointer) }

  /// Returns the number of times that a line of a chunk was run, which is told by its place in what the
  /// initializer was given.
  package func hits(chunk: Int, line: Int) -> Int { Int(nl_coverage_hits(pointer, chunk, line)) }

  /// Returns the number of times that a function was called that has these lines.
  package func calls(chunk: Int, lines: ClosedRange<Int>) -> Int {
    Int(nl_coverage_calls(pointer, chunk, Int32(lines.lowerBound), Int32(lines.upperBound)))
  }
}
