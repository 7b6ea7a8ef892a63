import Foundation
import Operations
import Testing

/// The state of a service comes to `notilua ctl` as it was written.
struct ServiceStatusTests {
  private static func status(_ state: ServiceStatus.State = .running) -> ServiceStatus {
    var status = ServiceStatus(
      state: state, since: 1_700_000_000_123, startedAt: 1_600_000_000_000, process: 4711,
      version: "0.1.0 \"x\"",
      configuration: "ab\ncd")
    status.generation = 4
    status.connections = 3
    status.waiting = 12
    status.oldest = 1_699_999_999_999
    status.obstacles = ["the outbox is full", "a\u{0}b"]
    return status
  }

  @Test(arguments: ServiceStatus.State.allCases)
  func readsWhatItWrites(_ state: ServiceStatus.State) {
    let status = Self.status(state)
    #expect(ServiceStatus(json: Array(status.json(at: 1_700_000_001_000).utf8)) == status)
    var other = status
    other.oldest = nil
    other.obstacles = []
    #expect(ServiceStatus(json: Array(other.json(at: 0).utf8)) == other)
  }

  /// Foundation's reader is the judge.
  @Test func isJSONWithTimesAndAges() throws {
    let text = Self.status().json(at: 1_700_000_001_000)
    let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["since"] as? String == "2023-11-14T22:13:20.123Z")
    #expect(object["uptime_seconds"] as? Int == 100_000_001)
    #expect(object["oldest_seconds"] as? Int == 1)
    #expect(object["obstacles"] as? [String] == ["the outbox is full", "a\u{0}b"])
  }

  @Test(arguments: [
    "", "{}", "[]", "null", "{\"state\":\"running\"}", "{\"state\":1}", "{", "\u{FF}",
    #"{"state":"other","since":"2023-11-14T22:13:20.123Z","started":"2023-11-14T22:13:20.123Z","process":1,"version":"","configuration":""}"#,
    #"{"state":"running","since":"yesterday","started":"2023-11-14T22:13:20.123Z","process":1,"version":"","configuration":""}"#,
  ])
  func anythingElseIsNoState(_ text: String) {
    #expect(ServiceStatus(json: Array(text.utf8)) == nil)
    #expect(DrainResult(json: Array(text.utf8)) == nil)
  }

  @Test(arguments: [(0, true), (7, true), (7, false)])
  func readsTheEndOfADrain(_ left: Int, _ isDurable: Bool) {
    let result = DrainResult(left: left, isLeftDurable: isDurable)
    #expect(DrainResult(json: Array(result.json.utf8)) == result)
  }
}
