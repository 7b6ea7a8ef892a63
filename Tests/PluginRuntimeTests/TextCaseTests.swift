import Testing

/// `notilua.text.upper` and `lower`: Unicode's full mappings (SpecialCasing.txt), without a language's own.
struct TextCaseTests {
  @Test(arguments: [
    (#"upper("straße")"#, "STRASSE"), (#"upper("ﬁn")"#, "FIN"), (#"upper("ŉ")"#, "ʼN"),
    (#"lower("İ")"#, "i\u{307}"), (#"upper("i")"#, "I"), (#"upper("привет 你好 ab")"#, "ПРИВЕТ 你好 AB"),
    (#"lower("")"#, ""), (#"lower("ΟΔΟΣ ΣΑΣ")"#, "οδος σας"),
    (#"upper("ǆ")"#, "Ǆ"),
  ])
  func mappingsAreUnicodes(_ call: String, _ text: String) throws {
    let found = try Evaluation.text("notilua.text.\(call)")
    #expect(Array(found.utf8) == Array("= \(text)".utf8), "\(found)")
  }
}
