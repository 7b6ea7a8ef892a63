import HTTP2Transport

extension ConnectionFailure {
  /// Returns the next step, as the sentence that follows ``cause``.
  ///
  /// - Parameter options: whether a server or a proxy was named, which may be the wrong one.
  package func advice(_ options: APNsOptions, _ server: APNsOptions.Server) -> String {
    let isApple = options.server == nil
    let interference =
      "look for a proxy or firewall that opens TLS, and have it let \(server.host) through unchanged"
    switch kind {
    case .name: return "look at the name, and at the name servers of this machine"
    case .network:
      return isApple
        ? "look at the network, its firewall (apns.port: 2197 is Apple's other port) and Apple's status page; where only"
          + " a proxy leads out, set apns.proxy"
        : "look whether the server runs there, and at --server or apns.server"
    case .proxy: return "look at the proxy: --proxy, apns.proxy or HTTPS_PROXY"
    case .proxyPassword:
      return
        "write the user as http://USER@HOST:PORT, and name the password's file in apns.proxy_password_file"
    case .proxyRefusal:
      return isApple
        ? "have the proxy allow CONNECT to port \(server.port), or set apns.port to \(server.port == 443 ? 2197 : 443)"
        : "have the proxy allow CONNECT to port \(server.port), or reach \(server.host) without it: NO_PROXY=\(server.host), or"
          + " --proxy ''"
    case .proxyTarget:
      return "look whether the proxy's machine reaches \(server.host), and whether the name is right"
    case .authority:
      return isApple && options.trustRoots == nil
        ? "bring this machine's list of authorities up to date (ca-certificates); if that is not it, \(interference)"
        : "give its authority's certificate with --trust, or find out who answers there"
    case .validity: return "look at this machine's clock, and have the server's certificate renewed"
    case .identity:
      return isApple ? interference : "give the name that the certificate has, or find out who answers there"
    case .certificate: return isApple ? interference : "give the server another certificate"
    case .clientCertificate: return "look at the credential with 'notilua credentials check'"
    case .tls, .http2: return isApple ? interference : "look whether that is the right server and port"
    case .ended:
      return isApple ? "look at Apple's status page" : "look at the server's log"
    }
  }
}
