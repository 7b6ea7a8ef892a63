import HTTPTypes
import Operations
import RESTInterface
import Testing

/// The bodies of recalls and test pushes.
struct JSONBodyTests {
  private static func names(_ text: [UInt8]) throws -> [String] {
    try JSONBody(text, known: ["ids", "topic"]).texts("ids", limit: 2)
  }

  @Test func readsNames() throws {
    #expect(try Self.names(Array(#"{"ids": ["a", "\u00e9"], "topic": null}"#.utf8)) == ["a", "é"])
    // Characters are counted as JSON Schema counts them.
    let longest = String(repeating: "😀", count: 255)
    #expect(try Self.names(Array(#"{"ids": ["\#(longest)"]}"#.utf8)) == [longest])
  }

  @Test(
    arguments: [
      ([], 400, "byte 1: "), (Array("{".utf8), 400, "send one JSON object"),
      // RFC 8259 §8.1: UTF-8, and nothing is repaired, since another name would be withdrawn.
      (Array("{\"ids\":[\"".utf8) + [0xE9] + Array("\"]}".utf8), 400, "not valid UTF-8"),
      (Array("{\"ids\":[\"".utf8) + [0xED, 0xA0, 0x80] + Array("\"]}".utf8), 400, "not valid UTF-8"),
      (Array("{\"ids\":[\"".utf8) + [0xC0, 0xAF] + Array("\"]}".utf8), 400, "not valid UTF-8"),
      (Array(repeating: 0x5B, count: 500_000), 400, "send one JSON object"),
      // RFC 8259 §4: names are unique, however they are written.
      (Array(#"{"ids":["a"],"\u0069ds":["b"]}"#.utf8), 400, "byte 14"),
      (Array(#"{"ids":["a"],"ids":["b"]}"#.utf8), 400, "byte 14"), (Array("[]".utf8), 422, "no object"),
      (Array(#"{"ids":[]}"#.utf8), 422, "1 to 2 strings"),
      (Array(#"{"ids":["a","b","c"]}"#.utf8), 422, "1 to 2"),
      (Array(#"{"ids":[""]}"#.utf8), 422, "1 to 255 characters"),
      (Array(#"{"id":["a"]}"#.utf8), 422, "'ids'"),
      (Array(#"{"ids":["\#(String(repeating: "😀", count: 256))"]}"#.utf8), 422, "1 to 255 characters"),
    ] as [([UInt8], Int, String)])
  func aWrongBodyIsNamed(_ text: [UInt8], _ status: Int, _ said: String) {
    let problem = #expect(throws: Problem.self) { try Self.names(text) }
    #expect(
      problem?.status.code == status && problem?.detail.contains(said) == true, "\(problem?.detail ?? "")")
  }
}
