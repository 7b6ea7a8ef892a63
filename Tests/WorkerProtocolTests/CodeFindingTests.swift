import Testing
import WorkerProtocol

/// Findings on their way from a worker that is not trusted.
struct CodeFindingTests {
  private static let paths = ["p/init.lua", "p/m.lua"]

  private static func finding(_ path: String, _ line: Int, _ text: String = "x") -> CodeFinding {
    CodeFinding(path: path, line: line, name: "n", problem: text, advice: text)
  }

  @Test func findingsComeAsTheyWent() throws {
    let findings = [Self.finding("p/init.lua", 3), Self.finding("p/m.lua", 70_000, "é")]
    let body = CodeFinding.body(findings, paths: Self.paths)
    #expect(try CodeFinding.read(body, paths: Self.paths) == findings)
  }

  @Test func manyAndLongOnesAreCut() throws {
    let long = String(repeating: "é", count: 4000)
    let body = CodeFinding.body(
      (1...1000).map { Self.finding("p/m.lua", $0, long) } + [Self.finding("elsewhere", 1)], paths: Self.paths
    )
    #expect(body.count < CodeFinding.bodyLimit)
    let read = try CodeFinding.read(body, paths: Self.paths)
    #expect(read.count == CodeFinding.limit)
    #expect(read.allSatisfy { $0.problem.utf8.count <= 500 })
  }

  @Test func whatNoWorkerWritesIsRefused() {
    var other = ByteWriter()
    other.write(UInt32(1))
    other.write(UInt32(2))
    other.write(UInt32(1))
    for text in ["n", "p", "a"] { other.write(text) }
    var many = ByteWriter()
    many.write(UInt32.max)
    for body in [other.bytes, many.bytes, [], [1], [1, 0, 0, 0]] {
      #expect(throws: ByteReader.Truncated.self) { try CodeFinding.read(body, paths: Self.paths) }
    }
  }
}
