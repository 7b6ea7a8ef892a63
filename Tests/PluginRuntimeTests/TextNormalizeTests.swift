import Testing

/// `notilua.text.normalize` and `fold`: cases of UAX #15 and CaseFolding.txt, and the limit of a text.
struct TextNormalizeTests {
  @Test(arguments: [
    (#"normalize("\u{212B}")"#, "c385"), (#"normalize("\u{1E9B}\u{323}", "NFC")"#, "e1ba9bcca3"),
    (#"normalize("\u{1E9B}\u{323}", "NFD")"#, "c5bfcca3cc87"),
    (#"normalize("\u{1E9B}\u{323}", "NFKC")"#, "e1b9a9"),
    (#"normalize("\u{1E9B}\u{323}", "NFKD")"#, "73cca3cc87"),
    (#"normalize("\u{AC00}", "NFD")"#, "e18480e185a1"),
    (#"fold("\u{1E9E}")"#, "7373"), (#"fold("\u{3A3}\u{3C3}\u{3C2}")"#, "cf83cf83cf83"),
    (#"fold("\u{FB03}")"#, "666669"),
    (#"normalize("")"#, ""),
  ])
  func formsAreUnicodes(_ call: String, _ hex: String) throws {
    #expect(try Evaluation.text("hex(notilua.text.\(call))") == "= \(hex)")
  }

  @Test func mistakesAreNamed() throws {
    #expect(try Evaluation.text(#"notilua.text.normalize("a", "nfc")"#).contains(#"the form is "NFC""#))
    #expect(try Evaluation.text(#"notilua.text.fold(("a"):rep(1048577))"#).contains("1048576 are the most"))
  }
}
