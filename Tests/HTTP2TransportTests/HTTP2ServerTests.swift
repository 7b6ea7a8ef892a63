import Foundation
import HTTP2Testing
import HTTP2Transport
import Synchronization
import Testing

/// A server's addresses, ports and clients.
struct HTTP2ServerTests {
  private static func server(_ hosts: [String], port: Int = 0) throws -> HTTP2Server {
    final class Nothing: HTTP2ServerHandler {
      func opened(_ connection: HTTP2ServerConnection) {}
      func received(_ request: HTTP2Request, _ connection: HTTP2ServerConnection) {}
      func cancelled(_ stream: Int32) {}
      func closed(_ connection: HTTP2ServerConnection) {}
    }
    let identity = try ServerIdentity.localhost.get()
    var options = HTTP2Server.Options(certificateChain: [identity.certificate], privateKey: identity.key)
    options.listeners = [.addresses(hosts, port: port)]
    return HTTP2Server(options) { Nothing() }
  }

  @Test func allAddressesHaveOnePort() async throws {
    let server = try Self.server(["127.0.0.1", "127.0.0.2"])
    let port = try await server.start()
    #expect(port > 0)
    #expect(server.addresses == ["127.0.0.1", "127.0.0.2"])
    let second = try Self.server(["127.0.0.2"], port: port)
    do {
      _ = try await second.start()
      Issue.record("one port was taken twice")
    } catch {
      #expect(HTTP2Server.text(of: error) == "Address already in use")
    }
    await second.stop()
    await server.stop()
    // The port is free again.
    let third = try Self.server(["127.0.0.1"], port: port)
    #expect(try await third.start() == port)
    await third.stop()
  }

  /// RFC 5737: 192.0.2.0/24 is for documentation, and no machine's own.
  @Test func anAddressThatTheMachineHasNotIsLeftOut() async throws {
    let server = try Self.server(["192.0.2.1", "127.0.0.1"])
    _ = try await server.start()
    #expect(server.addresses == ["127.0.0.1"])
    await server.stop()
    let none = try Self.server(["192.0.2.1"])
    await #expect(throws: (any Error).self) { try await none.start() }
    await none.stop()
  }

  // MARK: Answers from other threads

  @Test(arguments: [1, 3])
  func answersComeFromAnotherThread(_ threads: Int) async throws {
    let path = "/tmp/h2-\(UUID().uuidString).sock"
    var options = HTTP2Server.Options()
    options.listeners = [.unix(path: path, mode: 0o600)]
    options.threads = threads
    let due = Mutex<[HTTP2Answer]>([])
    let server = try await ScriptedServer(options) { request, connection in
      due.withLock {
        $0.append(
          HTTP2Answer(
            connection: connection.id, stream: request.stream, status: 200,
            headers: [HTTP2Header("apns-id", "\(connection.id)/\(request.stream)")]))
      }
    }
    let clients = try (0..<6).map { _ in try RawClient(unix: path) }
    for client in clients {
      client.greet()
      for stream in 0..<50 as Range<UInt32> { client.send(.head(stream * 2 + 1, isLast: true)) }
    }
    try await waits(for: "the requests") { due.withLock { $0.count } == 300 }
    let answers = due.withLock { $0 }
    #expect(Set(answers.map(\.connection)).count == 6)
    let own = try server.server
    // Nobody has these.
    own.post([HTTP2Answer(connection: 0, stream: 1, status: 500)])
    own.post([HTTP2Answer(connection: 999_999, stream: 1, status: 500)])
    own.post([HTTP2Answer(connection: answers[0].connection, stream: 4444, status: 500)])
    own.post(answers)
    for client in clients { for _ in 0..<50 { #expect(await client.nextStatus() == 200) } }
    await server.stop()
    own.post(answers)
  }

  // MARK: The end

  /// RFC 9113 §6.8: all streams, a round trip, and the true last one.
  @Test func aDrainLosesNoRequestOnItsWay() async throws {
    let (server, path) = try await ScriptedServer.unix { request, connection in
      connection.schedule(after: .milliseconds(300)) { connection.respond(request.stream, status: 200) }
    }
    let (client, idle) = (try RawClient(unix: path), try RawClient(unix: path))
    client.greet()
    idle.greet()
    client.send(.head(1, isLast: true))
    try await waits(for: "the request") { server.requests.withLock { $0.count } == 1 }
    let own = try server.server
    async let drained: Void = own.drain(deadline: .seconds(20))
    #expect(await client.next(.goAway)?.number() == 0x7FFF_FFFF)
    // Sent before the client could know: it is served, and the one behind the last word is not looked at.
    client.send(.head(3, isLast: true))
    let ping = try #require(await client.next(.ping))
    client.send(RawFrame(.ping, flags: RawFrame.acknowledgement, payload: ping.payload))
    let last = try #require(await client.next(.goAway))
    #expect(last.number() == 3 && last.number(at: 4) == 0)
    #expect(last.payload.dropFirst(8).elementsEqual(#"{"reason":"Shutdown"}"#.utf8))
    client.send(.head(5, isLast: true))
    #expect(await client.hasEnded())
    #expect(client.statuses == [200, 200])
    #expect(await idle.hasEnded())
    await drained
    #expect(server.requests.withLock { $0.map(\.stream) } == [1, 3])
    #expect(own.counters.open == 0 && own.counters.requestsInFlight == 0)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func aDrainEndsAtItsDeadline() async throws {
    let (server, path) = try await ScriptedServer.unix { _, _ in }
    let client = try RawClient(unix: path)
    client.greet()
    client.send(.head(1, isLast: true))
    try await waits(for: "the request") { server.requests.withLock { $0.count } == 1 }
    try await server.server.drain(deadline: .milliseconds(100))
    #expect(await client.hasEnded())
    #expect(server.closed.withLock { $0 } == 1)
  }

  /// Over TLS, with a client of the other kind; the answer must not be lost in the end of TLS (hyperium/hyper#3792).
  @Test func aDrainOverTLSDeliversTheLastAnswer() async throws {
    let server = try await ScriptedServer { request, connection in
      connection.schedule(after: .milliseconds(200)) {
        connection.respond(request.stream, status: 400, body: [UInt8](repeating: 0x61, count: 50_000))
      }
    }
    let events = try await Exchange.events(
      try server.client(),
      { connection in
        connection.post(1)
        Task {
          try await waits(for: "the request") { server.requests.withLock { $0.count } == 1 }
          try await server.server.drain(deadline: .seconds(20))
        }
      }, until: \.isEnd)
    #expect(
      events.contains(.answered(1, status: 400, headers: [], body: [UInt8](repeating: 0x61, count: 50_000))))
    #expect(events.last == .ended(nil) || events.last?.isEnd == true)
    await server.stop()
  }
}
