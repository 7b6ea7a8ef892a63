import Testing

/// `notilua.text.truncate`: by characters (UAX #29) and by bytes, at every border.
struct TextTruncateTests {
  @Test(arguments: [
    (#""hello", 5"#, "hello"), (#""hello", 4"#, "hel…"), (#""hello", 1"#, "…"), (#""hello", 0"#, ""),
    (#""", 0"#, ""),
    (#""hello", 2, "...""#, "he"), (#""hello", 3, "...""#, "..."), (#""hello", 3, """#, "hel"),
    (#""e\u{301}e\u{301}e\u{301}", 2, """#, "e\u{301}e\u{301}"), (#""👨‍👩‍👧👨‍👩‍👧", 1, """#, "👨‍👩‍👧"),
    (#""🇩🇪🇫🇷", 1, """#, "🇩🇪"),
    (#""ää", 3, "", "bytes""#, "ä"), (#""ää", 4, "", "bytes""#, "ää"), (#""ää", 1, "", "bytes""#, ""),
    (#""äää", 5, "…", "bytes""#, "ä…"), (#""👨‍👩‍👧", 17, "", "bytes""#, ""),
  ])
  func cutsOnABorder(_ arguments: String, _ text: String) throws {
    let found = try Evaluation.text("notilua.text.truncate(\(arguments))")
    #expect(Array(found.utf8) == Array("= \(text)".utf8))
  }

  @Test(arguments: [
    (#""a", -1"#, "the limit is below 0"), (#""a", 1, "…", "words""#, "the unit is"),
    (#""a", 1.5"#, "a whole number"),
    (#""\xff", 1"#, "valid UTF-8"), (#"nil, 1"#, "a string"),
  ])
  func mistakesAreNamed(_ arguments: String, _ message: String) throws {
    #expect(try Evaluation.text("notilua.text.truncate(\(arguments))").contains(message))
  }
}
