import APNsSimulator
import Testing

/// Rules as JSON: matches, and the message of each mistake.
struct SimulatorRuleTests {
  @Test func matchesByTokenAndCount() throws {
    let json = #"{"rules":[{"match":{"token":"AB","every":2},"respond":{"reason":"Unregistered"}}]}"#
    #expect(
      try Sample.said(json, devices: ["ab01", "cd", "ab02", "ab03", "ab04"])
        == ["200", "200", "410 Unregistered", "200", "410 Unregistered"])
  }

  @Test(arguments: [
    (#"{"rules":{}}"#, "rules is not a list; use [ ]"),
    (#"{"rule":[]}"#, "the text has no key 'rule'; did you mean 'rules'?"),
    (#"{"settings":{"streams":0}}"#, "settings.streams is not a whole number of 1 to 2147483647"),
    (
      #"{"rules":[{"do":"explode"}]}"#,
      "rules[0].do is 'explode'; known are accept, stall, reset, close, abort, goaway, stop_reading"
    ),
    (
      #"{"rules":[{"do":"stall","respond":{"reason":"X"}}]}"#,
      "rules[0] says two things to do; keep one of 'respond', 'do' and 'goaway'"
    ),
    (
      #"{"rules":[{"respond":{"status":400}}]}"#,
      "rules[0].respond has no reason; add one of APNs, or one that nobody knows"
    ),
    (#"{"rules":[{"match":{"tokn":""}}]}"#, "rules[0].match has no key 'tokn'; did you mean 'token'?"),
    (
      "{",
      "the rules are no JSON, byte 1: the text ends in the middle of a value; fix them"
    ),
  ])
  func saysWhatIsWrong(_ json: String, _ message: String) {
    #expect(throws: SimulatorError(message)) { try SimulatorRules(json: Array(json.utf8)) }
  }
}
