import HTTP2Testing
import HTTP2Transport
import Synchronization
import Testing

/// Clients and their certificates.
struct HTTP2ServerConnectionTests {
  @Test func aClientShowsItsCertificateWhereItIsAskedFor() async throws {
    let identity = try ServerIdentity.localhost.get()
    for (asks, shows) in [(true, true), (true, false), (false, true)] {
      let server = try await ScriptedServer(try ServerIdentity.options { $0.asksForClientCertificate = asks })
      { request, connection in
        connection.respond(
          request.stream, status: connection.peerCertificate == nil ? 401 : 400,
          body: connection.peerCertificate ?? [])
      }
      var options = try server.client()
      if shows { (options.certificateChain, options.privateKey) = ([identity.certificate], identity.key) }
      let events = try await Exchange.events(options, { $0.post(1) }, until: \.isEndOfRequest)
      let isSeen = asks && shows
      #expect(
        events.contains(
          .answered(
            1, status: isSeen ? 400 : 401, headers: [], body: isSeen ? identity.certificate : [])))
      await server.stop()
    }
  }

  /// A bad authorization needs no body (RFC 9113 §8.1).
  @Test func aRequestIsAnsweredBeforeItsBody() async throws {
    let (server, path) = try await ScriptedServer.unix(
      limits { $0.request = .milliseconds(300) },
      began: { head, connection in
        if head.header("authorization") == nil {
          connection.respond(head.stream, status: 403, body: Array("{}".utf8))
        }
      })
    let client = try RawClient(unix: path)
    client.greet()
    client.send(.head(1))
    #expect(await client.nextStatus() == 403)
    let end = await client.next(.data)
    #expect(end?.payload == Array("{}".utf8) && end?.flags == RawFrame.endStream)
    #expect(await client.next(.reset)?.number() == 0)
    // Where the body is there by then, nothing needs to be reset.
    client.send(RawFrame.head(3).bytes + RawFrame.data(3, [0x61], isLast: true).bytes)
    #expect(await client.nextStatus() == 403)
    client.send(.head(5, [("authorization", "x")]), .data(5, [0x61], isLast: true))
    var frames: [RawFrame.Kind] = []
    while let frame = await client.frame(), frame.stream != 5 {
      if let kind = frame.kind { frames.append(kind) }
    }
    #expect(!frames.contains(.reset))
    #expect(server.requests.withLock { $0.map(\.stream) } == [5])
    #expect(server.cancelled.withLock { $0.isEmpty })
    await server.stop()
  }

  @Test func aSecondAnswerIsLeftOut() async throws {
    let (server, path) = try await ScriptedServer.unix { request, connection in
      connection.respond(request.stream, status: 200, body: Array("one".utf8))
      connection.respond(request.stream, status: 500, body: Array("another".utf8))
    }
    let client = try RawClient(unix: path)
    client.greet()
    client.send(.head(1, isLast: true))
    #expect(await client.nextStatus() == 200)
    #expect(await client.next(.data)?.payload == Array("one".utf8))
    await server.stop()
  }

  @Test func aResetWithoutAnErrorIsACancellationToo() async throws {
    let (server, path) = try await ScriptedServer.unix { _, _ in }
    let client = try RawClient(unix: path)
    client.greet()
    client.send(.head(1, isLast: true), RawFrame(.reset, stream: 1, payload: RawFrame.bytes(0)))
    try await waits(for: "the cancellation") { server.cancelled.withLock { $0 } == [1] }
    await server.stop()
  }
}
