/// The settings of a client's connection.
package struct HTTP2ClientOptions: Sendable {
  package var host: String
  package var port: Int
  /// The certificate that this side shows, leaf first, DER; empty for none.
  package var certificateChain: [[UInt8]] = []
  /// Its key, DER.
  package var privateKey: [UInt8] = []
  /// The roots to trust instead of the system's, a PEM file.
  package var trustRoots: String?
  package var settings = HTTP2Settings()
  package var connectTimeout = Duration.seconds(10)
  /// True when the headers of responses of status 200 are kept, too.
  package var keepsAllHeaders = false
  /// An HTTP proxy to ask for a tunnel to the host.
  package var proxy: Proxy?

  /// An HTTP proxy; its text has no password.
  package struct Proxy: Sendable, CustomStringConvertible {
    package var host: String
    package var port: Int
    /// The value of `proxy-authorization`, a secret.
    package var authorization: String?

    package init(host: String, port: Int, authorization: String?) {
      self.host = host
      self.port = port
      self.authorization = authorization
    }

    /// The proxy's address.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
  }

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }
}
