import ConfigurationFiles
import FileReading
import HTTP2Transport

/// The certificate and the key of a listener, as their files have them.
final class IdentityWatch {
  private let certificate: String
  private let key: String
  private var bytes: [[UInt8]]

  /// The identity as it was read first.
  let first: HTTP2Server.Identity

  /// Reads the files.
  init(certificate: String, key: String) throws(HostError) {
    self.certificate = certificate
    self.key = key
    bytes = try Self.read(certificate, key)
    first = try Self.identity(bytes, certificate, key)
  }

  /// Returns the identity where its files have changed since the last call.
  ///
  /// - Throws: where they cannot be read, or do not belong together: half of a change perhaps.
  func changed() throws(HostError) -> HTTP2Server.Identity? {
    let now = try Self.read(certificate, key)
    guard now != bytes else { return nil }
    bytes = now
    return try Self.identity(now, certificate, key)
  }

  /// Makes the TLS of a listener that speaks some protocols, with the identity as it was read first.
  func tls(protocols: [String]) throws(HostError) -> ServerTLS {
    do throws(HTTP2ServerError) {
      return try ServerTLS(first, protocols: protocols)
    } catch {
      throw HostError(.usage, "'\(certificate)' with '\(key)': \(error.message)")
    }
  }

  private static func read(_ certificate: String, _ key: String) throws(HostError) -> [[UInt8]] {
    [
      try readFile(certificate, .certificates, status: .usage),
      try readFile(key, .credential, status: .usage),
    ]
  }

  private static func identity(
    _ bytes: [[UInt8]], _ certificate: String, _ key: String
  ) throws(HostError) -> HTTP2Server.Identity {
    do throws(HTTP2ServerError) {
      let identity = try HTTP2Server.Identity(certificatePEM: bytes[0], keyPEM: bytes[1])
      try identity.check()
      return identity
    } catch {
      throw HostError(.usage, "'\(certificate)' with '\(key)': \(error.message)")
    }
  }
}
