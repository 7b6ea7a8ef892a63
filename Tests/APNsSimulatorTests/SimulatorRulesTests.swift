import APNsSimulator
import Testing

/// What rules do, and what is said where one is wrong.
struct SimulatorRulesTests {
  @Test func theFirstRuleThatTakesAPushDecides() throws {
    let json = """
      {"rules":[{"match":{"first":1},"do":"abort"},{"match":{"after":2},"goaway":{"reason":"Shutdown"}},\
      {"match":{"headers":{"apns-priority":5}},"respond":{"status":500,"reason":"New"}}]}
      """
    #expect(
      try Sample.said(json, devices: ["ab", "ab", "ab"], headers: ["apns-priority": "5"])
        == ["abort", "500 New", "goAway"])
    #expect(try Sample.said(json, devices: ["ab", "bad04000"]) == ["abort", "400 BadDeviceToken"])
  }
}
