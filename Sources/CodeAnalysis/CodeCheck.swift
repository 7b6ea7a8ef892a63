import LuaSandbox
import WorkerProtocol

/// Finds what a plugin's code cannot mean, from what Lua compiled it to.
package enum CodeCheck {
  /// Returns the findings in a plugin's files, in their order.
  ///
  /// - Parameter patternProblem: says why a pattern of Lua is none; nil where it is one.
  package static func findings(
    _ chunks: [(path: String, code: CompiledFunction)], names: SandboxNames,
    patternProblem: @escaping (String) -> String?
  ) -> [CodeFinding] {
    // A global may be set behind where it is read, and in another file.
    var reader = CodeReader(names: names, plugin: CodeReader.Plugin())
    for chunk in chunks { reader.read(chunk.code, path: chunk.path) }
    var second = CodeReader(names: names, plugin: reader.found)
    second.patternProblem = patternProblem
    for chunk in chunks { second.read(chunk.code, path: chunk.path) }
    let order = Dictionary(chunks.enumerated().map { ($1.path, $0) }) { first, _ in first }
    var seen: Set<String> = []
    return second.findings.compactMap(\.self)
      .filter { seen.insert("\($0.path):\($0.line):\($0.name)").inserted }
      .sorted { (order[$0.path] ?? 0, $0.line) < (order[$1.path] ?? 0, $1.line) }
  }
}
