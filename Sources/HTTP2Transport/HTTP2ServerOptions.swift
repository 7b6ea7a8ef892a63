extension HTTP2Server {
  /// The listeners, identity and settings that a server starts with.
  package struct Options: Sendable {
    package var listeners = [HTTP2Listener.addresses(["127.0.0.1"], port: 0)]
    /// The certificate of TLS; nil where the server listens on Unix sockets alone.
    package var identity: Identity?
    /// True when clients are asked for a certificate; TLS accepts any, and the handler judges it.
    package var asksForClientCertificate = false
    /// The authorities of client certificates, DER; empty for none.
    ///
    /// Clients are asked for a certificate, and TLS refuses one that none of them has signed. A client that shows none passes, and the handler judges it.
    package var clientAuthorities: [[UInt8]] = []
    /// The protocols that ALPN offers; empty for a server that knows nothing of ALPN.
    package var protocols = ["h2"]
    package var settings = HTTP2Settings()
    package var limits = Limits()
    /// The number of event loops, each with a thread; a connection stays with one of them.
    package var threads = 1

    package init(identity: Identity? = nil) { self.identity = identity }

    package init(certificateChain: [[UInt8]], privateKey: [UInt8]) {
      self.init(identity: Identity(certificateChain: certificateChain, privateKey: privateKey))
    }
  }
}
