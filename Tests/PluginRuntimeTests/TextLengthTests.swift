import Testing

/// `notilua.text.length`: extended grapheme clusters of UAX #29.
struct TextLengthTests {
  @Test(arguments: [
    (#""""#, 0), (#""abc""#, 3), (#""e\u{301}""#, 1), (#""\r\n""#, 1), (#""\n\r""#, 2), (#""🇩🇪🇫🇷""#, 2),
    (#""👨‍👩‍👧‍👦""#, 1), (#""각""#, 1),
    (#""\u{1112}\u{1161}\u{11AB}""#, 1), (#""नि""#, 1), (#""1\u{FE0F}\u{20E3}""#, 1),
  ])
  func countsClusters(_ text: String, _ count: Int) throws {
    #expect(try Evaluation.text("notilua.text.length(\(text))") == "= \(count)")
  }

  @Test func bytesAreNoText() throws {
    #expect(try Evaluation.text(#"notilua.text.length("\xC3")"#).contains("valid UTF-8"))
  }
}
