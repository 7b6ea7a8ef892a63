import Testing

/// `notilua.drop`: one value, whatever the reason; nothing without a notification or a reason.
struct DropTests {
  @Test(arguments: [
    (#"notilua.drop("a") == notilua.drop("b")"#, "= true"), (#"type(notilua.drop(""))"#, "= userdata"),
    (#"tostring(notilua.drop("a"))"#, "= drop"),
    (#"pcall(function() notilua.drop("a").x = 1 end)"#, "= false"),
  ])
  func isOneValue(_ expression: String, _ value: String) throws {
    #expect(try Evaluation.text(expression) == value)
  }

  @Test func wantsAReason() throws {
    #expect(try Evaluation.text("notilua.drop()").contains("expected a string, got nothing"))
    #expect(try Evaluation.text(#"notilua.drop("\xff")"#).contains("valid UTF-8"))
  }
}
