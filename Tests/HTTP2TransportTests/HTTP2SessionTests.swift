import HTTP2Transport
import Synchronization
import Testing

/// Frames of HTTP/2 between both sides, as RFC 9113 has them.
struct HTTP2SessionTests {
  private static func events(
    _ script: @escaping ScriptedServer.Script
  ) async throws -> [ClientEvent] {
    let server = try await ScriptedServer(nil, script)
    let events = try await Exchange.events(
      try server.client(), { $0.post(1) },
      until: \.isEndOfRequest)
    await server.stop()
    return events
  }

  private static func ends(_ events: [ClientEvent]) -> [ClientEvent] { events.filter(\.isEndOfRequest) }

  /// §8.7: "Requests that have not been processed have not failed; clients MAY automatically retry them".
  @Test(
    arguments: [(0x7, .notProcessed), (0x8, .reset(.cancel)), (0xB, .reset(HTTP2ErrorCode(rawValue: 0xB)))]
      as [(UInt32, HTTP2RequestFailure)])
  func aResetIsAFailure(_ code: UInt32, _ failure: HTTP2RequestFailure) async throws {
    let events = try await Self.events { $1.reset($0.stream, code: code) }
    #expect(Self.ends(events) == [.failed(1, failure)])
  }

  /// §6.8: streams above the last one were not looked at.
  @Test func aGoAwayLeavesTheRestUnprocessed() async throws {
    let events = try await Self.events { request, connection in
      connection.goAway(lastStreamID: 0, code: 0xB, debug: Array("why".utf8))
    }
    #expect(
      events.contains(.goneAway(lastStreamID: 0, HTTP2ErrorCode(rawValue: 0xB), debug: Array("why".utf8))))
    #expect(Self.ends(events) == [.failed(1, .notProcessed)])
  }

  @Test func anEndWithoutAnAnswerIsUnknown() async throws {
    let events = try await Self.events { $1.abort() }
    #expect(Self.ends(events) == [.failed(1, .unknown)])
    guard case .ended(let failure)? = events.last else {
      Issue.record("\(events)")
      return
    }
    #expect(failure != nil)
  }

  @Test func headersOfASuccessAreLeftOutUnlessAskedFor() async throws {
    let header = HTTP2Header("apns-id", "7")
    for (status, keeps, headers) in [
      (200, false, []), (200, true, [header]), (400, false, [header]), (400, true, [header]),
    ] as [(Int, Bool, [HTTP2Header])] {
      let server = try await ScriptedServer { $1.respond($0.stream, status: status, headers: [header]) }
      var options = try server.client()
      options.keepsAllHeaders = keeps
      let events = try await Exchange.events(options, { $0.post(1) }, until: \.isEndOfRequest)
      #expect(Self.ends(events) == [.answered(1, status: status, headers: headers, body: [])])
      await server.stop()
    }
  }

  /// §6.9.2: a window is 65,535 bytes at first, so that larger bodies need updates.
  @Test func bodiesLargerThanAWindowArriveWhole() async throws {
    let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let server = try await ScriptedServer { $1.respond($0.stream, status: 200) }
    _ = try await Exchange.events(try server.client(), { $0.post(1, body: body) }, until: \.isEndOfRequest)
    #expect(server.requests.withLock { $0.map(\.body) } == [body])
    await server.stop()
  }

  /// A server may send more than anybody wants to keep.
  @Test func aBodyIsKeptUpToItsLimit() async throws {
    let body = [UInt8](repeating: 0x61, count: 200_000)
    let events = try await Self.events { $1.respond($0.stream, status: 400, body: body) }
    #expect(
      Self.ends(events) == [.answered(1, status: 400, headers: [], body: Array(body.prefix(64 << 10)))])
    let server = try await ScriptedServer(try ServerIdentity.options { $0.limits.body = 10 })
    let refused = try await Exchange.events(
      try server.client(), { $0.post(1, body: Array(body.prefix(1000))) }, until: \.isEndOfRequest)
    #expect(Self.ends(refused) == [.answered(1, status: 413, headers: [], body: [])])
    #expect(server.refused.withLock { $0.map(\.request.body.count) } == [10])
    #expect(server.requests.withLock { $0.isEmpty })
    await server.stop()
  }

  @Test func aBodyInPiecesIsOneBody() async throws {
    let body = Array(#"{"reason":"BadDeviceToken"}"#.utf8)
    let events = try await Self.events { $1.respond($0.stream, status: 400, body: body, pieceSize: 1) }
    #expect(Self.ends(events) == [.answered(1, status: 400, headers: [], body: body)])
  }

  @Test func aPingIsAnswered() async throws {
    let server = try await ScriptedServer()
    let events = try await Exchange.events(try server.client(), { $0.ping() }, until: { $0 == .ponged })
    #expect(events.contains(.ponged))
    await server.stop()
  }
}
