import Testing

/// `notilua.hex`: all bytes there and back (RFC 4648 §8 reads capitals as well), and what is no pair of digits.
struct HexFunctionsTests {
  @Test func allBytesComeBack() throws {
    let all = (0...255).map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let digits = (0...255).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(try Evaluation.text("notilua.hex.encode(\"\(all)\")") == "= \(digits)")
    #expect(try Evaluation.text("notilua.hex.decode(\"\(digits)\") == \"\(all)\"") == "= true")
    #expect(try Evaluation.text("notilua.hex.decode(\"\(digits.uppercased())\") == \"\(all)\"") == "= true")
    #expect(try Evaluation.text(#"notilua.hex.decode("")"#) == "= ")
  }

  @Test(arguments: ["a", "0g", "0x10", " 00", "-1", "+1", "１１"])
  func otherTextHasAReason(_ text: String) throws {
    #expect(
      try Evaluation.text("select(2, notilua.hex.decode(\"\(text)\"))") == "= not pairs of hexadecimal digits"
    )
  }
}
