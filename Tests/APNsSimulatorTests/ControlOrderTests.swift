import APNsSimulator
import Testing

/// Commands to the running simulator.
struct ControlOrderTests {
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
