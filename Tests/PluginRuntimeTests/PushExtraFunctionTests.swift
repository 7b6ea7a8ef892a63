import Testing

/// `notilua.push_extra`: payloads of chat messages, and values that are none.
struct PushExtraFunctionTests {
  @Test(arguments: [
    (#"{ rc = { cType = "UG", bId = "", tId = "g" } }"#, "channel_id", ""),
    (#"{ rc = { cType = "ENC" } }"#, "channel_type", "ENC"),
    (#"{ rc = { fId = 7 } }"#, "sender_id", "7"), (#"{ rc = { fId = {} } }"#, "sender_id", "nil"),
    (#"{ appData = "xxxx" }"#, "app_data", "xxxx"), (#"'{"rc":{"rId":"r"}}'"#, "recipient_id", "r"),
    (#"'{"UIApplicationLaunchOptionsRemoteNotificationKey":{"rc":{"id":"m"}}}'"#, "message_id", "m"),
    (#"{ rc = { oName = "RC:TxtMsg" } }"#, "object_name", "RC:TxtMsg"),
  ])
  func aFieldIsRead(_ payload: String, _ field: String, _ value: String) throws {
    #expect(try Evaluation.text("notilua.push_extra(\(payload)).\(field)") == "= \(value)")
  }

  @Test func recallsAreAList() throws {
    let payload = #"{ rc = { ["rc-dlt-identifier"] = { "A" } }, appData = '{"rc-dlt-identifier":"B"}' }"#
    #expect(
      try Evaluation.text("table.concat(notilua.push_extra(\(payload)).recalled_ids, ' ')") == "= A B")
    #expect(try Evaluation.text("#notilua.push_extra{ appData = '' }.recalled_ids") == "= 0")
  }

  @Test func thePayloadOfTheNotificationIsRead() throws {
    #expect(try Evaluation.text("notilua.push_extra(content.user_info)") == "= nil")
    let read =
      "(function() content.user_info.rc = { fId = 'a' }; return notilua.push_extra(content.user_info).sender_id end)()"
    #expect(try Evaluation.text(read) == "= a")
  }

  @Test(arguments: [
    "{}", "{ aps = { alert = 'x' } }", "{ 1, 2 }", "''", "'x'", "'{'", "'\\0\\255'", "('['):rep(100000)",
    "('{\"rc\":'):rep(1000)", "{ rc = {} , x = ('y'):rep(1100000) }",
  ])
  func whatIsNoPushOfAMessageIsNil(_ payload: String) throws {
    #expect(try Evaluation.text("notilua.push_extra(\(payload))") == "= nil")
  }

  @Test(arguments: [("", "nothing"), ("nil", "nil"), ("7", "a number"), ("true", "a boolean")])
  func anythingElseIsAnError(_ argument: String, _ type: String) throws {
    #expect(
      try Evaluation.text("notilua.push_extra(\(argument))").contains(
        "bad argument #1 'payload' to 'notilua.push_extra': expected a string, got \(type)"))
  }
}
