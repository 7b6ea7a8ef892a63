import Testing

/// `notilua.base64`: the vectors of RFC 4648 §10, both alphabets, and what is no base 64.
struct Base64FunctionsTests {
  private static let vectors = [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ]

  @Test(arguments: vectors)
  func encodesTheVectors(_ bytes: String, _ text: String) throws {
    #expect(try Evaluation.text("notilua.base64.encode(\"\(bytes)\")") == "= \(text)")
  }

  @Test(arguments: vectors)
  func decodesTheVectorsWithAndWithoutPadding(_ bytes: String, _ text: String) throws {
    let bare = text.replacing("=", with: "")
    #expect(try Evaluation.text("notilua.base64.decode(\"\(text)\")") == "= \(bytes)")
    #expect(try Evaluation.text("notilua.base64.decode(\"\(bare)\")") == "= \(bytes)")
  }

  @Test func bothAlphabetsAreRead() throws {
    #expect(try Evaluation.text(#"hex(notilua.base64.decode("+/8="))"#) == "= fbff")
    #expect(try Evaluation.text(#"hex(notilua.base64.decode("-_8="))"#) == "= fbff")
    #expect(try Evaluation.text(#"notilua.base64.encode(unhex("fbff"))"#) == "= +/8=")
  }

  @Test(arguments: ["Z", "Zg=", "Zg===", "=", "Z g==", "Zg==Zg==", "Zm9v\u{E9}", "****"])
  func otherTextHasAReason(_ text: String) throws {
    #expect(try Evaluation.text("notilua.base64.decode(\"\(text)\")") == "= nil")
    #expect(try Evaluation.text("select(2, notilua.base64.decode(\"\(text)\"))") == "= not base 64")
  }
}
