import LosslessJSON
import Testing

/// What turns one value into another, as RFC 6902 has it.
struct JSONPatchTests {
  private static func patch(_ before: String, _ after: String, limit: Int = 1000) throws -> String {
    var old = JSONDocument()
    var new = JSONDocument()
    try old.parse(before)
    try new.parse(after)
    return JSONPatch.operations(from: old, to: new, limit: limit)
  }

  @Test(arguments: [
    (#"{"a":1}"#, #"{"a":1}"#, "[]"),
    (#"{"a":1}"#, #"{"a":2}"#, #"[{"op":"replace","path":"/a","value":2}]"#),
    (#"{"a":1}"#, #"{"b":1}"#, #"[{"op":"remove","path":"/a"},{"op":"add","path":"/b","value":1}]"#),
    (
      #"{"a":{"b":[1,2,3]}}"#, #"{"a":{"b":[1,9]}}"#,
      #"[{"op":"replace","path":"/a/b/1","value":9},{"op":"remove","path":"/a/b/2"}]"#
    ),
    (#"[1]"#, #"[1,2,3]"#, #"[{"op":"add","path":"/1","value":2},{"op":"add","path":"/2","value":3}]"#),
    (
      #"{"a/b":1,"m~n":1,"q\"":1}"#, #"{"a/b":2,"m~n":2,"q\"":2}"#,
      #"[{"op":"replace","path":"/a~1b","value":2},{"op":"replace","path":"/m~0n","value":2},{"op":"replace","path":"/q\"","value":2}]"#
    ),
    (#"{"a":[]}"#, #"{"a":{}}"#, #"[{"op":"replace","path":"/a","value":{}}]"#),
    ("1", "2", #"[{"op":"replace","path":"","value":2}]"#),
    // 1.0 is another text than 1, and so another value.
    (#"{"a":1}"#, #"{"a":1.0}"#, #"[{"op":"replace","path":"/a","value":1.0}]"#),
  ])
  func saysWhatChanged(_ before: String, _ after: String, _ patch: String) throws {
    #expect(try Self.patch(before, after) == patch)
  }

  @Test func tellsNamesThatLookTheSameApart() throws {
    let patch = try Self.patch("{\"\u{e9}\":1,\"e\u{301}\":1}", "{\"\u{e9}\":1,\"e\u{301}\":2}")
    #expect(patch.utf8.elementsEqual("[{\"op\":\"replace\",\"path\":\"/e\u{301}\",\"value\":2}]".utf8))
  }

  @Test func replacesTheWholeWhereThatIsShorter() throws {
    let before = "{\"\(String(repeating: "k", count: 200))\":[1,1,1,1,1,1,1,1]}"
    let after = before.replacing(",1", with: ",2")
    #expect(try Self.patch(before, after, limit: 10_000).contains("/1\",\"value\":2}"))
    #expect(
      try Self.patch(before, after, limit: 500) == "[{\"op\":\"replace\",\"path\":\"\",\"value\":\(after)}]")
  }
}
