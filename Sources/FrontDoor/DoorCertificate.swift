import APNsCredentials
import APNsProtocol

/// A client's certificate, which TLS has verified to be of the configured authority.
///
/// It is read once for each connection.
package struct DoorCertificate: Sendable, Equatable {
  /// SHA-256 of the whole certificate, in 64 hexadecimal digits.
  package let fingerprint: String
  /// The permissions that the certificate itself states; without topics where it is none of Apple's kind.
  package let own: ClientCertificate

  /// Reads a certificate.
  ///
  /// - Throws: ``CredentialError`` where it cannot be read.
  package init(der: [UInt8]) throws(CredentialError) {
    let facts = try CertificateFacts(der: der)
    fingerprint = facts.fingerprint
    var own = ClientCertificate(facts)
    // Apple's marks make topics of a name, which any authority may write into a certificate.
    if own.environments.isEmpty { own.topics = [] }
    self.own = own
  }
}
