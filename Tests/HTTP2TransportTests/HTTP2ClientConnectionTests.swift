import HTTP2Transport
import Synchronization
import Testing

/// A client's connection from its first request to its end.
struct HTTP2ClientConnectionTests {
  @Test func requestsAreToldOfByTheirTags() async throws {
    let server = try await ScriptedServer { request, connection in
      let isGood = request.header(":path") == "/good"
      connection.respond(request.stream, status: isGood ? 200 : 404)
    }
    let events = try await Exchange.events(
      try server.client(),
      { connection in
        connection.post(7, path: "/good")
        connection.post(.max, path: "/bad")
      }, until: { if case .answered(.max, _, _, _) = $0 { true } else { false } })
    #expect(events.contains(.answered(7, status: 200, headers: [], body: [])))
    #expect(events.contains(.answered(.max, status: 404, headers: [], body: [])))
    await server.stop()
  }

  @Test func aRequestThatIsCancelledIsToldOfToTheServerOnly() async throws {
    let server = try await ScriptedServer { request, connection in
      // The second one is the sign that the server has seen the first.
      if request.header(":path") == "/second" { connection.respond(request.stream, status: 200) }
    }
    let events = try await Exchange.events(
      try server.client(),
      { connection in
        connection.post(1)
        connection.cancel(1)
        connection.cancel(99)
        connection.post(2, path: "/second")
      }, until: \.isEndOfRequest)
    #expect(events.filter(\.isEndOfRequest) == [.answered(2, status: 200, headers: [], body: [])])
    #expect(server.cancelled.withLock { $0.count } <= 1)
    await server.stop()
  }

  @Test func aCloseIsNoFailureAndTakesNoFurtherRequest() async throws {
    let server = try await ScriptedServer()
    let wasSent = Mutex(true)
    let events = try await Exchange.events(
      try server.client(),
      { connection in
        connection.abort()
        wasSent.withLock { $0 = connection.post(1) }
      }, until: \.isEnd)
    #expect(events.last == .ended(nil))
    await server.stop()
    #expect(!wasSent.withLock { $0 })
  }

  @Test func aServerThatKnowsNoALPNSpeaksHTTP2AllTheSame() async throws {
    let server = try await ScriptedServer(try ServerIdentity.options { $0.protocols = [] })
    let events = try await Exchange.events(try server.client(), { $0.post(1) }, until: \.isEndOfRequest)
    #expect(events.contains(.answered(1, status: 200, headers: [], body: [])))
    await server.stop()
  }

  @Test func silenceIsNamedByThePhase() async throws {
    let names = Mutex<[String]>([])
    let server = try await ScriptedServer()
    _ = try await Exchange.events(
      try server.client(),
      { connection in
        names.withLock { $0.append(connection.silence.cause) }
        connection.abort()
        names.withLock { $0.append(connection.silence.cause) }
      }, until: \.isEnd)
    await server.stop()
    #expect(names.withLock { $0 } == ["no answer in time", "the connection ended"])
  }
}
