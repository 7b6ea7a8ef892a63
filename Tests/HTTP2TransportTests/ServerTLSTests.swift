import APNsCredentials
import Foundation
import HTTP2Transport
import Testing

/// TLS of a server as OpenSSL's client sees it.
struct ServerTLSTests {
  private static func client(_ server: ScriptedServer, _ words: String...) throws -> String {
    try output(
      ["openssl", "s_client", "-connect", "127.0.0.1:\(server.port)", "-servername", "localhost"] + words)
  }

  private static func pem(_ der: [UInt8], _ name: String) throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).pem")
    let text = Data(der).base64EncodedString(options: .lineLength64Characters)
    try "-----BEGIN \(name)-----\n\(text)\n-----END \(name)-----\n".write(
      to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  private static func issue(
    _ authority: CertificateAuthority, _ name: String
  ) throws -> CertificateAuthority.Issued {
    let now = Int64(Date().timeIntervalSince1970)
    return try authority.issue(
      CertificateAuthority.Request(commonName: name, validity: now - 60..<now + 86_400))
  }

  private static func authority() throws -> CertificateAuthority {
    let now = Int64(Date().timeIntervalSince1970)
    return try CertificateAuthority(commonName: "Clients", validity: now - 60..<now + 86_400)
  }

  @Test func protocolsAreChosen() async throws {
    let server = try await ScriptedServer()
    #expect(try Self.client(server, "-alpn", "http/1.1,h2").contains("ALPN protocol: h2"))
    #expect(try Self.client(server).contains("No ALPN negotiated"))
    #expect(try Self.client(server, "-tls1_2", "-alpn", "h2").contains("Protocol  : TLSv1.2"))
    #expect(try Self.client(server, "-tls1_1").contains("alert protocol version"))
    // A client of HTTP/1.1 alone is sent away, and does not wait.
    let curl = try output(
      ["curl", "-sk", "--http1.1", "-m", "5", "-w", "%{exitcode}", "https://127.0.0.1:\(server.port)/"])
    // 52: nothing was returned; 56: the connection was reset; 1: not HTTP/1.1, but HTTP/2's first frame.
    #expect(["1", "52", "56"].contains(curl.suffix(2)) || curl.hasSuffix("1"), "\(curl)")
    await server.stop()
  }

  @Test func anIdentityIsReplacedForConnectionsToCome() async throws {
    let server = try await ScriptedServer()
    let old = try ServerIdentity.localhost.get()
    let new = try Self.issue(try Self.authority(), "renewed.example")
    #expect(try Self.client(server).contains("CN = localhost"))
    let bad = [
      HTTP2Server.Identity(certificateChain: [new.certificate], privateKey: old.key),
      HTTP2Server.Identity(certificateChain: [], privateKey: new.key),
      HTTP2Server.Identity(certificateChain: [[0x30, 0]], privateKey: new.key),
      HTTP2Server.Identity(certificateChain: [new.certificate], privateKey: []),
    ]
    for identity in bad {
      #expect(throws: HTTP2ServerError.self) { try server.server.reload(identity) }
    }
    #expect(try Self.client(server).contains("CN = localhost"))
    // One that is open goes on.
    let events = try await Exchange.events(
      try server.client(),
      { connection in
        connection.post(1)
        try? server.server.reload(
          HTTP2Server.Identity(certificateChain: [new.certificate], privateKey: new.key))
        connection.post(2)
      }, until: { if case .answered(2, _, _, _) = $0 { true } else { false } })
    #expect(events.contains(.answered(2, status: 200, headers: [], body: [])))
    #expect(try Self.client(server).contains("CN = renewed.example"))
    await server.stop()
  }

  @Test func aClientsCertificateMustBeOfAConfiguredAuthority() async throws {
    let (authority, other) = (try Self.authority(), try Self.authority())
    let server = try await ScriptedServer(
      try ServerIdentity.options { $0.clientAuthorities = [authority.certificate] })
    for (issuer, isGood) in [(authority, true), (other, false)] {
      let issued = try Self.issue(issuer, "client")
      // TLS 1.2, whose handshake ends with the server's word.
      let text = try Self.client(
        server, "-tls1_2", "-alpn", "h2", "-cert", try Self.pem(issued.certificate, "CERTIFICATE"), "-key",
        try Self.pem(issued.key, "PRIVATE KEY"))
      #expect(text.contains("alert") != isGood, "\(text)")
      #expect(text.contains("Client Certificate Types") && text.contains("CN = Clients"))
    }
    #expect(try server.server.counters.refused(.handshake) == 1)
    let events = try await Exchange.events(try server.client(), { $0.post(1) }, until: \.isEndOfRequest)
    #expect(events.contains(.answered(1, status: 200, headers: [], body: [])))
    await server.stop()
  }
}
