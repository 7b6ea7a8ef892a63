import NotificationModel
import Testing

struct JSONValueTests {
  private static func differences(_ actual: String, from expected: String, isPartial: Bool = false) throws
    -> [String]
  {
    try JSONValue(actual).differences(from: JSONValue(expected), isPartial: isPartial)
      .map { "\($0.path): \($0.expected?.text ?? "-") \($0.actual?.text ?? "-")" }
  }

  @Test(arguments: [
    ("{\"a\":1,\"b\":[]}", "{\"b\":[],\"a\":1.0}", []),
    ("{\"a\":9007199254740993}", "{\"a\":9007199254740992}", ["/a: 9007199254740992 9007199254740993"]),
    ("[1,2,3]", "[1,3]", ["/1: 3 2", "/2: - 3"]), ("[]", "{}", [": {} []"]),
    ("{\"a/b\":{\"~\":null}}", "{\"a/b\":{\"~\":false}}", ["/a~1b/~0: false null"]),
    ("{}", "{\"a\":null}", ["/a: null -"]), ("{\"a\":null}", "{}", ["/a: - null"]),
    // Two texts that look the same and have other bytes.
    ("\"\u{E9}\"", "\"e\u{301}\"", [": \"e\u{301}\" \"\u{E9}\""]),
  ])
  func tellsWhereValuesDiffer(_ actual: String, _ expected: String, _ differences: [String]) throws {
    let found = try Self.differences(actual, from: expected)
    #expect(found.map { Array($0.utf8) } == differences.map { Array($0.utf8) })
  }

  @Test func aPartIsMetByMore() throws {
    #expect(
      try Self.differences(#"{"a":{"b":1,"c":2},"d":3}"#, from: #"{"a":{"b":1}}"#, isPartial: true) == [])
    #expect(try Self.differences(#"{"a":1}"#, from: #"{"b":null}"#, isPartial: true) == [])
    #expect(try Self.differences(#"{"a":[1,2]}"#, from: #"{"a":[1]}"#, isPartial: true) == ["/a/1: - 2"])
  }
}
