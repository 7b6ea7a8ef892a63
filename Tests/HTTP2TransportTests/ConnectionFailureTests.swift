import HTTP2Transport
import Testing

/// Why there is no connection, told by the part of the way that failed.
struct ConnectionFailureTests {
  private static func failure(answer: String) async throws -> ConnectionFailure? {
    let listener = try CannedListener(answer: Array(answer.utf8))
    return try await Exchange.failure(HTTP2ClientOptions(host: "127.0.0.1", port: listener.port))
  }

  @Test func aPortWithoutAListenerRefuses() async throws {
    let port = try CannedListener.closedPort()
    #expect(
      try await Exchange.failure(HTTP2ClientOptions(host: "127.0.0.1", port: port))
        == ConnectionFailure(.network, "127.0.0.1: Connection refused"))
  }

  /// RFC 6761 §6.4: names under `invalid` do not exist.
  @Test func aNameWithoutAnAddressIsNamed() async throws {
    let failure = try await Exchange.failure(HTTP2ClientOptions(host: "no-such-host.invalid", port: 443))
    #expect(failure?.kind == .name)
    #expect(failure?.cause.contains("no-such-host.invalid") == true)
  }

  @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail.test ESMTP\r\n", "+OK\r\n"])
  func aServerWithoutTLSIsNamed(_ answer: String) async throws {
    let failure = try await Self.failure(answer: answer)
    #expect(failure?.kind == .tls)
    #expect(failure?.cause.isEmpty == false)
  }

  @Test func anEndInTheHandshakeIsNamed() async throws {
    #expect(
      try await Self.failure(answer: "")
        == ConnectionFailure(.tls, "it ended the connection in the TLS handshake"))
  }

  /// RFC 8446 §6: an alert of level 2; 40 is handshake_failure, 112 unrecognized_name, 120 no_application_protocol.
  @Test(
    arguments: [(40, .tls), (112, .identity), (120, .http2), (70, .tls)]
      as [(UInt8, ConnectionFailure.Kind)])
  func anAlertIsWords(_ alert: UInt8, _ kind: ConnectionFailure.Kind) async throws {
    let listener = try CannedListener(answer: [0x15, 3, 3, 0, 2, 2, alert])
    let failure = try await Exchange.failure(HTTP2ClientOptions(host: "127.0.0.1", port: listener.port))
    #expect(failure?.kind == kind)
    #expect(failure?.cause.contains("_") == false)
  }

  @Test func aServerThatIsNotTrustedIsNamed() async throws {
    let server = try await ScriptedServer()
    #expect(
      try await Exchange.failure(HTTP2ClientOptions(host: "localhost", port: server.port))?.kind == .authority
    )
    var options = try server.client()
    options.host = "127.0.0.1"
    #expect(try await Exchange.failure(options)?.kind == .identity)
    await server.stop()
  }
}
