import Foundation
import HTTP2Testing
import HTTP2Transport
import Synchronization
import Testing

/// Clients that take more than they may, each beside one that does not.
struct HTTP2ServerLimitsTests {
  private static let calm: UInt32 = 0xB
  private static let cancel: UInt32 = 0x8

  /// Expects that a client is served, on a connection of its own.
  private static func expectService(_ path: String) async throws {
    let client = try RawClient(unix: path)
    client.greet()
    client.send(.head(1, isLast: true))
    #expect(await client.nextStatus() == 200)
  }

  private static let short = Duration.milliseconds(150)

  // MARK: Before the first request

  @Test func aHandshakeHasItsTime() async throws {
    let server = try await ScriptedServer(try ServerIdentity.options { $0.limits.handshake = Self.short })
    let silent = try RawClient(port: server.port)
    // A record of a handshake, of which only the head comes (RFC 8446 §5.1).
    let half = try RawClient(port: server.port)
    half.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])
    #expect(await silent.hasEnded())
    #expect(await half.hasEnded())
    let counters = try server.server.counters
    #expect(counters.refused(.handshake) == 2)
    #expect(counters.accepted == 2)
    let events = try await Exchange.events(try server.client(), { $0.post(1) }, until: \.isEndOfRequest)
    #expect(events.contains(.answered(1, status: 200, headers: [], body: [])))
    await server.stop()
  }

  @Test(arguments: [[], Array("PRI * HT".utf8), RawFrame.preface] as [[UInt8]])
  func aPrefaceHasItsTime(_ bytes: [UInt8]) async throws {
    let (server, path) = try await ScriptedServer.unix(limits { $0.preface = Self.short })
    let client = try RawClient(unix: path)
    client.send(bytes)
    #expect(await client.hasEnded())
    #expect(try server.server.counters.refused(.preface) == 1)
    try await Self.expectService(path)
    await server.stop()
  }

  @Test(
    arguments: [
      Array("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n".utf8), [UInt8](repeating: 0, count: 64),
      [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03],
    ] as [[UInt8]])
  func whatIsNoPrefaceEndsTheConnectionAtOnce(_ bytes: [UInt8]) async throws {
    let (server, path) = try await ScriptedServer.unix()
    let client = try RawClient(unix: path)
    client.send(bytes)
    #expect(await client.hasEnded())
    try await waits(for: "the count") { try server.server.counters.refused(.preface) == 1 }
    await server.stop()
  }

  // MARK: Idle

  @Test func anIdleConnectionIsToldWhyItEnds() async throws {
    let (server, path) = try await ScriptedServer.unix(limits { $0.idle = Self.short })
    let client = try RawClient(unix: path)
    client.greet()
    client.send(.head(1, isLast: true))
    #expect(await client.nextStatus() == 200)
    // RFC 9113 §6.8: all streams first, then the last that came.
    #expect(await client.next(.goAway)?.number() == 0x7FFF_FFFF)
    let ping = await client.next(.ping)
    client.send(RawFrame(.ping, flags: RawFrame.acknowledgement, payload: ping?.payload ?? []))
    let last = await client.next(.goAway)
    #expect(last?.number() == 1)
    #expect(last?.payload.dropFirst(8).elementsEqual(#"{"reason":"IdleTimeout"}"#.utf8) == true)
    #expect(await client.hasEnded())
    #expect(try server.server.counters.refused(.idle) == 1)
    await server.stop()
  }

  @Test func aConnectionWithAnOpenRequestIsNotIdle() async throws {
    let (server, path) = try await ScriptedServer.unix(limits { $0.idle = Self.short }) {
      request, connection in
      connection.schedule(after: .milliseconds(400)) { connection.respond(request.stream, status: 200) }
    }
    let client = try RawClient(unix: path)
    client.greet()
    client.send(.head(1, isLast: true))
    #expect(await client.nextStatus() == 200)
    await server.stop()
  }

  // MARK: Slow requests

  @Test(arguments: [true, false])
  func aBodyThatDripsIsRefused(_ isAnswered: Bool) async throws {
    let (server, path) = try await ScriptedServer.unix(
      answersRefusals: isAnswered, limits { $0.request = Self.short })
    let client = try RawClient(unix: path)
    client.greet()
    client.send(.head(1))
    for _ in 0..<10 {
      client.send(.data(1, [0x61]))
      usleep(30_000)
    }
    if isAnswered { #expect(await client.nextStatus() == 408) }
    #expect(await client.next(.reset)?.number() == (isAnswered ? 0 : Self.cancel))
    #expect(server.refused.withLock { $0.map(\.refusal) } == [.tooSlow])
    #expect(server.requests.withLock { $0.isEmpty })
    // The connection goes on.
    client.send(.head(3, isLast: true))
    #expect(await client.nextStatus() == 200)
    #expect(try server.server.counters.refused(.slow) == 1)
    await server.stop()
  }

  @Test func aHeaderBlockThatDripsEndsTheConnection() async throws {
    let (server, path) = try await ScriptedServer.unix(limits { $0.request = Self.short })
    let client = try RawClient(unix: path)
    client.greet()
    client.send(RawFrame(.headers, stream: 1, payload: RawFrame.post()))
    usleep(80_000)
    client.send(RawFrame(.continuation, stream: 1, payload: RawFrame.block([("a", "b")])))
    #expect(await client.next(.goAway)?.number(at: 4) == Self.calm)
    #expect(await client.hasEnded())
    #expect(server.requests.withLock { $0.isEmpty })
    #expect(try server.server.counters.refused(.slow) == 1)
    try await Self.expectService(path)
    await server.stop()
  }

  @Test func aRequestThatTheHandlerTakesItsTimeForIsNotSlow() async throws {
    let (server, path) = try await ScriptedServer.unix(limits { $0.request = Self.short }) {
      request, connection in
      connection.schedule(after: .milliseconds(400)) { connection.respond(request.stream, status: 200) }
    }
    try await Self.expectService(path)
    await server.stop()
  }

  // MARK: Large requests

  @Test func aBodyThatIsTooLargeIsRefusedBeforeItsEnd() async throws {
    let (server, path) = try await ScriptedServer.unix(
      limits {
        $0.body = 5120
        $0.request = .milliseconds(500)
      })
    let client = try RawClient(unix: path)
    client.greet()
    client.send(.head(1), .data(1, [UInt8](repeating: 0x61, count: 5120)))
    client.send(.data(1, [0x61]))
    #expect(await client.nextStatus() == 413)
    // RFC 9113 §8.1: "abort transmission of a request without error".
    #expect(await client.next(.reset)?.number() == 0)
    client.send(.data(1, [UInt8](repeating: 0x61, count: 16_000), isLast: true))
    client.send(.head(3), .data(3, [UInt8](repeating: 0x61, count: 5120), isLast: true))
    #expect(await client.nextStatus() == 200)
    #expect(server.refused.withLock { $0.map(\.request.body.count) } == [5120])
    #expect(server.requests.withLock { $0.map(\.body.count) } == [5120])
    #expect(try server.server.counters.refused(.body) == 1)
    await server.stop()
  }

  /// RFC 9113 §10.5.1: "A server that receives a larger field block than it is willing to handle can send an HTTP 431".
  @Test func aHeaderListThatIsTooLargeIsRefused() async throws {
    let (server, path) = try await ScriptedServer.unix(limits { $0.headerList = 8000 })
    let client = try RawClient(unix: path)
    client.greet()
    let large = String(repeating: "x", count: 7900)
    client.send(.head(1, [("a", large)], isLast: true))
    #expect(await client.nextStatus() == 431)
    // A table that both sides keep is still in step.
    client.send(.head(3, [("a", String(large.prefix(7000)))], isLast: true))
    #expect(await client.nextStatus() == 200)
    // 300 headers of one byte are larger than 8,000 by the RFC's count, of 32 more for each.
    client.send(.head(5, (0..<300).map { _ in ("a", "") }, isLast: true))
    #expect(await client.nextStatus() == 431)
    #expect(server.refused.withLock { $0.map(\.refusal) } == [.headersTooLarge, .headersTooLarge])
    #expect(try server.server.counters.refused(.headers) == 2)
    await server.stop()
  }

  /// A kilobyte on the wire that stands for four megabytes (the "HPACK bomb", CVE-2016-6581).
  @Test func aHeaderListThatUnpacksLargeIsNotKept() async throws {
    let (server, path) = try await ScriptedServer.unix(limits { $0.headerList = 8000 })
    let client = try RawClient(unix: path)
    client.greet()
    // A literal that the table keeps (RFC 7541 §6.2.1), and 1,000 references to it.
    let value = [UInt8](repeating: 0x78, count: 4000)
    let literal: [UInt8] = [0x40, 1, 0x61, 0x7F, 0xA1, 0x1E] + value
    client.send(
      RawFrame(
        .headers, flags: RawFrame.endHeaders | RawFrame.endStream, stream: 1,
        payload: RawFrame.post() + literal + [UInt8](repeating: 0xBE, count: 1000)))
    #expect(await client.nextStatus() == 431)
    let kept = server.refused.withLock {
      $0.map { $0.request.headers.reduce(0) { $0 + $1.value.utf8.count } }
    }
    #expect(kept.allSatisfy { $0 <= 8000 } && kept.count == 1)
    await server.stop()
  }

  /// What was judged at the end of the headers must not change behind it.
  @Test func trailersAddNoHeaders() async throws {
    let (server, path) = try await ScriptedServer.unix()
    let client = try RawClient(unix: path)
    client.greet()
    client.send(
      .head(1), .data(1, [0x61]),
      RawFrame(
        .headers, flags: RawFrame.endHeaders | RawFrame.endStream, stream: 1,
        payload: RawFrame.block([("authorization", "bearer other")])))
    #expect(await client.nextStatus() == 200)
    #expect(server.requests.withLock { $0.map { $0.header("authorization") } } == [nil])
    await server.stop()
  }

  // MARK: Many connections

  @Test func connectionsAreLimitedInTotal() async throws {
    let (server, path) = try await ScriptedServer.unix(limits { $0.connections = 2 })
    let first = try RawClient(unix: path)
    first.greet()
    try await Self.expectService(path)
    try await waits(for: "one open") { try server.server.counters.open == 1 }
    let second = try RawClient(unix: path)
    second.greet()
    #expect(await second.next(.settings) != nil)
    #expect(try await RawClient(unix: path).hasEnded())
    first.send(.head(1, isLast: true))
    #expect(await first.nextStatus() == 200)
    #expect(try server.server.counters.refused(.connections) == 1)
    await server.stop()
  }

  @Test func connectionsAreLimitedByAddress() async throws {
    let server = try await ScriptedServer(
      try ServerIdentity.options {
        $0.limits.connectionsOfAddress = 2
        $0.limits.handshake = .seconds(3600)
      })
    let held = try (0..<2).map { _ in try RawClient(port: server.port) }
    try await waits(for: "both") { try server.server.counters.open == 2 }
    #expect(try await RawClient(port: server.port).hasEnded())
    #expect(try server.server.counters.refused(.address) == 1)
    let other = try RawClient(port: server.port, from: "127.0.0.2")
    try await waits(for: "the other") { try server.server.counters.open == 3 }
    withExtendedLifetime((held, other)) {}
    await server.stop()
  }

  // MARK: Much in flight

  @Test func whatIsInFlightStopsThoseThatHaveMost() async throws {
    let waiting = Mutex<[(Int, Int32)]>([])
    let (server, path) = try await ScriptedServer.unix(limits { $0.requestsInFlight = 4 }) {
      request, connection in
      if request.header("wait") == nil {
        connection.respond(request.stream, status: 200)
      } else {
        waiting.withLock { $0.append((connection.id, request.stream)) }
      }
    }
    let greedy = try RawClient(unix: path)
    greedy.greet()
    for stream in 0..<8 { greedy.send(.head(UInt32(stream * 2 + 1), [("wait", "")], isLast: true)) }
    try await waits(for: "four requests") { waiting.withLock { $0.count } >= 4 }
    usleep(50_000)
    // What is sent now is not read.
    for stream in 8..<16 { greedy.send(.head(UInt32(stream * 2 + 1), [("wait", "")], isLast: true)) }
    try await Self.expectService(path)
    #expect(waiting.withLock { $0.count } <= 8)
    try await waits(for: "all requests") {
      let due = waiting.withLock { list in
        defer { list = [] }
        return list
      }
      try server.server.post(due.map { HTTP2Answer(connection: $0.0, stream: $0.1, status: 200) })
      return server.requests.withLock { $0.count } == 17
    }
    for _ in 0..<16 { #expect(await greedy.nextStatus() == 200) }
    try await waits(for: "none in flight") { try server.server.counters.requestsInFlight == 0 }
    #expect(try server.server.counters.bytesInFlight == 0)
    await server.stop()
  }

  @Test func bytesInFlightStopThoseThatHaveMost() async throws {
    let (server, path) = try await ScriptedServer.unix(
      limits {
        $0.bytesInFlight = 100_000
        $0.request = .milliseconds(500)
      })
    let greedy = try RawClient(unix: path)
    greedy.greet()
    // Bodies that never end, within HTTP/2's window of 65,535 bytes for the connection.
    var isTaken = true
    for stream in 0..<40 where isTaken {
      isTaken = greedy.send(
        .head(UInt32(stream * 2 + 1)), .data(UInt32(stream * 2 + 1), [UInt8](repeating: 0x61, count: 8000)))
    }
    try await Self.expectService(path)
    // One read of the socket may go above it.
    #expect(try server.server.counters.bytesInFlight < 500_000)
    try await waits(for: "the slow ones' end") { try server.server.counters.requestsInFlight == 0 }
    #expect(try server.server.counters.bytesInFlight == 0)
    await server.stop()
  }

  // MARK: Responses that nobody reads

  @Test func aResponseThatHasNoWindowIsGivenUp() async throws {
    let (server, path) = try await ScriptedServer.unix(limits { $0.unread = Self.short }) {
      request, connection in
      connection.respond(request.stream, status: 400, body: [UInt8](repeating: 0x61, count: 1000))
    }
    let client = try RawClient(unix: path)
    // SETTINGS_INITIAL_WINDOW_SIZE 0.
    client.greet([(4, 0)])
    client.send(.head(1, isLast: true))
    #expect(await client.nextStatus() == 400)
    #expect(await client.next(.reset)?.number() == Self.cancel)
    #expect(try server.server.counters.refused(.slow) == 1)
    #expect(try server.server.counters.bytesInFlight == 0)
    await server.stop()
  }

  @Test func aSocketThatNobodyReadsIsClosed() async throws {
    let (server, path) = try await ScriptedServer.unix(limits { $0.unread = Self.short }) {
      request, connection in
      connection.respond(request.stream, status: 400, body: [UInt8](repeating: 0x61, count: 60_000))
    }
    let client = try RawClient(unix: path)
    // The largest window: only the socket is in the way.
    client.greet([(4, 0x7FFF_FFFF)])
    client.send(RawFrame(.windowUpdate, payload: RawFrame.bytes(0x7FFF_0000)))
    for stream in 0..<90 { client.send(.head(UInt32(stream * 2 + 1), isLast: true)) }
    try await waits(for: "the end") { try server.server.counters.refused(.slow) == 1 }
    try await waits(for: "the close") { try server.server.counters.open == 0 }
    #expect(try server.server.counters.bytesInFlight == 0)
    await server.stop()
  }
}
