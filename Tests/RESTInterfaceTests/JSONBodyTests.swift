import HTTPTypes
import NotificationModel
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

  // JSON Schema: 1.0 and 1e1 are whole numbers.
  @Test(
    arguments: [("0", 0), ("7", 7), ("-0", 0), ("1.0", 1), ("1e1", 10), ("100", 100), ("null", nil)]
      as [(String, Int?)])
  func readsWholeNumbers(_ text: String, _ number: Int?) throws {
    let body = try JSONBody(Array(#"{"n": \#(text)}"#.utf8), known: ["n"])
    #expect(try body.integer("n", in: 0...100) == number)
  }

  @Test(arguments: [
    "101", "-1", "1.5", "1e400", "-1e400", "99999999999999999999", "\"1\"", "true", "[]", "{}",
    "0.1e1000000000",
  ])
  func anyOtherNumberIsRefused(_ text: String) throws {
    let body = try JSONBody(Array(#"{"n": \#(text)}"#.utf8), known: ["n"])
    let problem = #expect(throws: Problem.self) { try body.integer("n", in: 0...100) }
    #expect(problem?.status.code == 422 && problem?.pointer == "/n")
  }

  @Test func readsFlagsAndObjects() throws {
    let text = #"{"f": true, "o": {"a": 1}, "n": null}"#
    let body = try JSONBody(Array(text.utf8), known: ["f", "o", "n"])
    #expect(try body.flag("f") == true && body.flag("n") == nil && body.flag("none") == nil)
    #expect(try body.object("o", known: ["a"]) == ["a": .number("1")] && body.object("n", known: []) == nil)
    #expect(body.hasValue("f") && !body.hasValue("n") && !body.hasValue("none"))
    #expect(throws: Problem.self) { try body.flag("o") }
    #expect(throws: Problem.self) { try body.object("f", known: ["a"]) }
    #expect(throws: Problem.self) { try body.object("o", known: ["b"]) }
  }
}
