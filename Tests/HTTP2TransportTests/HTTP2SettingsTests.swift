import HTTP2Transport
import Synchronization
import Testing

/// Settings of one side hold for the other (RFC 9113 §6.5.2).
struct HTTP2SettingsTests {
  private static func streams(_ events: [ClientEvent]) -> [Int] {
    events.compactMap { if case .settings(let streams) = $0 { streams } else { nil } }
  }

  @Test func theStreamsAreThoseOfTheServer() async throws {
    let server = try await ScriptedServer(try ServerIdentity.options { $0.settings.maxConcurrentStreams = 7 })
    {
      $1.update(maxConcurrentStreams: 3)
      $1.respond($0.stream, status: 200)
    }
    let events = try await Exchange.events(try server.client(), { $0.post(1) }, until: \.isEndOfRequest)
    #expect(Self.streams(events) == [7, 3])
    await server.stop()
  }

  /// "SETTINGS_MAX_CONCURRENT_STREAMS … Initially, there is no limit".
  @Test func withoutASettingThereIsNoLimit() async throws {
    let server = try await ScriptedServer()
    let events = try await Exchange.events(try server.client(), { $0.post(1) }, until: \.isEndOfRequest)
    #expect(Self.streams(events).first == Int(UInt32.max))
    await server.stop()
  }

  @Test func aSmallWindowHoldsABodyUpAndLosesNothing() async throws {
    let body = (0..<2000).map { UInt8(truncatingIfNeeded: $0) }
    let server = try await ScriptedServer(try ServerIdentity.options { $0.settings.initialWindowSize = 100 })
    _ = try await Exchange.events(try server.client(), { $0.post(1, body: body) }, until: \.isEndOfRequest)
    #expect(server.requests.withLock { $0.map(\.body) } == [body])
    await server.stop()
  }
}
