import HTTP2Transport
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
}
