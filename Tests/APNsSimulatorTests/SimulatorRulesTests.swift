import APNsSimulator
import Testing

/// What rules do, and what is said where one is wrong.
struct SimulatorRulesTests {
  private static func said(_ json: String, devices: [String], headers: [String: String?] = [:]) throws
    -> [String]
  {
    var sample = try Sample()
    sample.rules = try SimulatorRules(json: Array(json.utf8))
    let simulation = sample.simulation()
    return try devices.map { simulation.answer(try sample.request(device: $0, headers)).said }
  }

  @Test func matchesByTokenAndCount() throws {
    let json = #"{"rules":[{"match":{"token":"AB","every":2},"respond":{"reason":"Unregistered"}}]}"#
    #expect(
      try Self.said(json, devices: ["ab01", "cd", "ab02", "ab03", "ab04"])
        == ["200", "200", "410 Unregistered", "200", "410 Unregistered"])
  }

  @Test func theFirstRuleThatTakesAPushDecides() throws {
    let json = """
      {"rules":[{"match":{"first":1},"do":"abort"},{"match":{"after":2},"goaway":{"reason":"Shutdown"}},\
      {"match":{"headers":{"apns-priority":5}},"respond":{"status":500,"reason":"New"}}]}
      """
    #expect(
      try Self.said(json, devices: ["ab", "ab", "ab"], headers: ["apns-priority": "5"])
        == ["abort", "500 New", "goAway"])
    #expect(try Self.said(json, devices: ["ab", "bad04000"]) == ["abort", "400 BadDeviceToken"])
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

  @Test func ordersAreRead() throws {
    func order(_ path: String, _ body: String = "") throws -> ControlOrder {
      try ControlOrder(method: "POST", path: "/_simulator/\(path)", body: Array(body.utf8))
    }
    #expect(try ControlOrder(method: "GET", path: "/_simulator", body: []) == .state)
    #expect(
      try ControlOrder(method: "GET", path: "/_simulator/journal?after=7", body: []) == .journal(after: 7))
    #expect(try order("settings", #"{"streams":1}"#) == .settings(streams: 1))
    #expect(try order("goaway", #"{"reason":"Shutdown"}"#) == .goAway(.init(reason: "Shutdown")))
    #expect(try order("goaway") == .goAway(.init()))
    #expect(
      try [order("stall"), order("resume"), order("drop"), order("reset")] == [
        .stall, .resume, .drop, .reset,
      ])
    #expect(throws: SimulatorError.self) { try order("explode") }
    #expect(throws: SimulatorError.self) { try order("settings") }
  }
}
