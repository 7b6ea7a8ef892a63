import WorkerProtocol

/// The next step for an error of Lua's about a name that is not there: "attempt to call a nil value (global 'unpack')".
package struct FaultAdvice {
  private let line: Int
  private let path: String
  /// The name without what stands before its dot.
  private let name: String

  /// Reads an error; nil where it is another.
  package init?(_ message: String) {
    guard let end = message.firstRange(of: ": attempt to "), message.hasSuffix("')"),
      let quote = message.dropLast(2).lastIndex(of: "'"),
      let colon = message[..<end.lowerBound].lastIndex(of: ":"),
      let line = Int(message[message.index(after: colon)..<end.lowerBound])
    else { return nil }
    self.line = line
    path = String(message[..<colon])
    name = String(message[message.index(after: quote)...].dropLast(2))
  }

  /// Returns what to write, from what is found in the plugin's code.
  package func text(_ findings: [CodeFinding]) -> String? {
    let found = findings.first { finding in
      finding.line == line && finding.path == path
        && finding.name.split(separator: ".").contains { $0 == name }
    }
    return found.flatMap { $0.advice.isEmpty ? nil : $0.advice }
  }
}
