import NotificationModel

/// A mistake in a line of a plugin's code, found without running it.
package struct CodeFinding: Sendable, Equatable {
  /// The file's path.
  package var path: String
  /// The line, from 1.
  package var line: Int
  /// The name that it is about, with dots.
  package var name: String
  /// The mistake, as a clause.
  package var problem: String
  /// The code to write; empty where the problem says it.
  package var advice: String

  /// Creates a finding.
  package init(path: String, line: Int, name: String, problem: String, advice: String) {
    self.path = path
    self.line = line
    self.name = name
    self.problem = problem
    self.advice = advice
  }

  /// The problem and the advice, without the place.
  package var message: String { advice.isEmpty ? problem : "\(problem); \(advice)" }

  /// The most findings of one plugin.
  package static let limit = 200
  /// The most bytes of a text in one.
  private static let textLimit = 500
  /// The most bytes of the findings as the body of a frame.
  package static let bodyLimit = 1 << 20

  /// Returns findings as the body of a frame; the places of the files are told by number.
  package static func body(_ findings: [CodeFinding], paths: [String]) -> [UInt8] {
    var writer = ByteWriter()
    let known = findings.filter { paths.contains($0.path) }.prefix(limit)
    writer.write(UInt32(known.count))
    for finding in known {
      writer.write(UInt32(paths.firstIndex(of: finding.path) ?? 0))
      writer.write(UInt32(clamping: finding.line))
      for text in [finding.name, finding.problem, finding.advice] {
        writer.write(text.prefix(utf8Count: textLimit))
      }
    }
    return writer.bytes
  }

  /// Reads the body of a frame, from a worker that is not trusted.
  ///
  /// - Parameter paths: the paths of the plugin's files.
  package static func read(_ body: [UInt8], paths: [String]) throws(ByteReader.Truncated) -> [CodeFinding] {
    var reader = ByteReader(body)
    let count = try reader.read(UInt32.self)
    guard count <= limit else { throw .init() }
    var findings: [CodeFinding] = []
    for _ in 0..<count {
      let number = Int(try reader.read(UInt32.self))
      let line = Int(try reader.read(UInt32.self))
      guard paths.indices.contains(number) else { throw .init() }
      findings.append(
        CodeFinding(
          path: paths[number], line: line, name: try reader.readText().cut(to: textLimit),
          problem: try reader.readText().cut(to: textLimit), advice: try reader.readText().cut(to: textLimit))
      )
    }
    return findings
  }
}
