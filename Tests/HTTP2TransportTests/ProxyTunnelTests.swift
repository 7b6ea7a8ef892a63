import HTTP2Transport
import Testing

/// What a proxy answers to CONNECT, and what it is asked.
struct ProxyTunnelTests {
  private static func failure(
    _ answer: String, authorization: String? = nil, host: String = "push.test"
  ) async throws -> (failure: ConnectionFailure?, request: String) {
    let listener = try CannedListener(answer: Array(answer.utf8))
    var options = HTTP2ClientOptions(host: host, port: 443)
    options.proxy = .init(host: "127.0.0.1", port: listener.port, authorization: authorization)
    return (try await Exchange.failure(options), listener.received)
  }

  private static func head(_ status: Int) -> String { "HTTP/1.1 \(status) X\r\ncontent-length: 0\r\n\r\n" }

  /// RFC 9110 §15 and §9.3.6.
  @Test(
    arguments: [
      (400, .proxy), (401, .proxyPassword), (403, .proxyRefusal), (404, .proxy), (405, .proxy),
      (407, .proxyPassword), (418, .proxy), (429, .proxy), (500, .proxyTarget), (501, .proxy),
      (502, .proxyTarget), (503, .proxyTarget), (504, .proxyTarget), (302, .proxy),
    ] as [(Int, ConnectionFailure.Kind)])
  func aRefusalHasItsKind(_ status: Int, _ kind: ConnectionFailure.Kind) async throws {
    let failure = try await Self.failure(Self.head(status)).failure
    #expect(failure?.kind == kind)
    #expect(failure?.cause.contains("status \(status)") == true)
  }

  @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "\u{16}\u{3}\u{1}", "HTTP/9.9 hello\r\n\r\n", "{}\n\n"])
  func whatIsNoProxyIsNamed(_ answer: String) async throws {
    let failure = try await Self.failure(answer).failure
    #expect(failure?.kind == .proxy)
    #expect(failure?.cause.contains("127.0.0.1") == true)
  }

  @Test(arguments: ["", "HTTP/1.1 200 OK\r\n"]) func anEndWithoutAnAnswerIsNamed(_ answer: String)
    async throws
  {
    #expect(try await Self.failure(answer).failure?.kind == .proxy)
  }

  /// RFC 9110 §9.3.6: the target is a host and a port; RFC 3986 §3.2.2: an IPv6 address stands in brackets.
  @Test(arguments: [("push.test", "push.test:443"), ("2001:db8::1", "[2001:db8::1]:443")])
  func theRequestNamesTheTarget(_ host: String, _ target: String) async throws {
    let request = try await Self.failure(Self.head(403), host: host).request
    #expect(request.hasPrefix("CONNECT \(target) HTTP/1.1\r\n"))
    #expect(request.lowercased().contains("\r\nhost: \(target)\r\n"))
    #expect(!request.lowercased().contains("proxy-authorization"))
  }

  @Test func thePasswordIsSentAndNeverTold() async throws {
    let (failure, request) = try await Self.failure(Self.head(407), authorization: "Basic c2VjcmV0")
    #expect(request.contains("\r\nproxy-authorization: Basic c2VjcmV0\r\n"))
    #expect(failure?.cause.contains("does not accept the user or the password") == true)
    #expect(failure?.cause.contains("c2VjcmV0") == false)
  }
}
