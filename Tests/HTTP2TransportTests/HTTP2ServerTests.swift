import HTTP2Transport
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
    (options.hosts, options.port) = (hosts, port)
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
}
