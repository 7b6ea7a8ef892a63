import Testing

/// `notilua.withdraw`: identifiers of 1 to 256 bytes, a thousand of them.
struct WithdrawTests {
  @Test func lengthsAreBounded() throws {
    #expect(try Evaluation.text(#"notilua.withdraw("")"#).contains("the identifier is empty"))
    #expect(try Evaluation.text(#"notilua.withdraw(("a"):rep(256))"#) == "= nil")
    #expect(try Evaluation.text(#"notilua.withdraw(("a"):rep(257))"#).contains("more than 256 bytes"))
    // 128 letters of two bytes fit, 129 do not.
    #expect(try Evaluation.text(#"notilua.withdraw(("ä"):rep(128))"#) == "= nil")
    #expect(try Evaluation.text(#"notilua.withdraw(("ä"):rep(129))"#).contains("more than 256 bytes"))
  }

  @Test func aThousandAreTheMostAndOneTwiceIsOne() throws {
    func withdrawing(_ count: Int) -> String {
      "(function() for i = 1, \(count) do notilua.withdraw(\"x\" .. i) notilua.withdraw(\"x\" .. i) end return true end)()"
    }
    #expect(try Evaluation.text(withdrawing(1000)) == "= true")
    #expect(try Evaluation.text(withdrawing(1001)).contains("1000 others at most"))
  }
}
