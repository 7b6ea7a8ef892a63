import Testing

/// `notilua.json.decode`: texts of RFC 8259, and texts that are none.
struct JSONDecodeTests {
  @Test(arguments: [
    (#"'"\\u00e9\\ud83d\\ude00"'"#, "é😀"), (#"'1E2'"#, "100.0"),
    (#"'9223372036854775807'"#, "9223372036854775807"), (#"' [ true ] '"#, "[true]"), ("'{}'", "{}"),
    ("'[]'", "[]"),
    ("'null'", "null"), ("'false'", "false"),
  ])
  func textsAreRead(_ text: String, _ value: String) throws {
    let shown =
      "(function(v) return type(v) == 'table' and notilua.json.encode(v) or tostring(v) end)(notilua.json.decode(\(text)))"
    #expect(try Evaluation.text(shown) == "= \(value)")
  }

  @Test(arguments: [
    "", " ", "{", "[1,]", "{\\\"a\\\":1,}", "nul", "01", "1.", ".5", "+1", "'a'", "[1] 2", "\\\"\\\\x\\\"",
    "\\\"\\x01\\\"",
    "NaN", "\\xEF\\xBB\\xBF1",
  ])
  func otherTextsHaveAReason(_ text: String) throws {
    #expect(try Evaluation.text("notilua.json.decode(\"\(text)\")") == "= nil")
    #expect(try Evaluation.text("type(select(2, notilua.json.decode(\"\(text)\")))") == "= string")
  }

  @Test func aLongTextIsRefused() throws {
    let reason = try Evaluation.text("select(2, notilua.json.decode((\" \"):rep(1048577)))")
    #expect(reason == "= too long: 1048577 bytes, and 1 MiB is the limit")
  }

  @Test func depthIsBounded() throws {
    #expect(try Evaluation.text("notilua.json.decode((\"[\"):rep(100000))") == "= nil")
  }
}
