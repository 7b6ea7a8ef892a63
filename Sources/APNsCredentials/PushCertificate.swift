import CCrypto
import Glibc

/// A client certificate with its key and chain, as TLS wants them.
package struct PushCertificate: Sendable, CustomStringConvertible {
  /// The contents of the leaf certificate.
  package var facts: CertificateFacts
  /// In DER: the leaf, then its issuers, as far as the file has them.
  package var certificateChain: [[UInt8]]
  /// In DER, PKCS#8 (RFC 5958), not encrypted.
  package var privateKey: [UInt8]
  /// The other certificates of the file that have their key, each with the reason why it was not chosen.
  package var others: [String]

  /// Tells nothing secret.
  package var description: String { "PushCertificate(\(facts.commonName), \(facts.fingerprint))" }

  /// Reads a certificate and its key out of one PEM text.
  ///
  /// - Parameters:
  ///   - passphrase: of an encrypted key.
  ///   - use: chooses among several certificates.
  /// - Throws: ``CredentialError`` where either is missing, or they do not belong together.
  package init(
    pem: [UInt8], passphrase: [UInt8]? = nil, use: CertificateUse = CertificateUse()
  ) throws(CredentialError) {
    let file = CredentialFile(pem)
    let ring = KeyRing(of: "it")
    for block in file.keys { ring.add(key: try block.privateKey(passphrase: passphrase)) }
    for block in file.blocks where block.label == "CERTIFICATE" {
      guard let certificate = Libcrypto.certificate(block.der) else {
        throw CredentialError(
          "a certificate in it cannot be read\(block.damage.map { ": \($0.message)" } ?? ""); download the .cer anew"
        )
      }
      ring.add(certificate: certificate)
    }
    try self.init(ring, use: use)
  }

  /// Reads a P12 file, or the base 64 of one.
  ///
  /// - Parameters:
  ///   - passphrase: in UTF-8; nil and empty are the same.
  ///   - use: chooses among several certificates.
  /// - Throws: ``CredentialError`` where it does not open, has no key or certificate, or they do not belong together.
  package init(
    p12: [UInt8], passphrase: [UInt8]?, use: CertificateUse = CertificateUse()
  ) throws(CredentialError) {
    let file = try PKCS12File(CredentialFile(p12).pkcs12 ?? p12)
    try self.init(try file.keyRing(passphrase: passphrase), use: use)
  }

  /// Takes the certificate that serves a use.
  init(_ ring: KeyRing, use: CertificateUse) throws(CredentialError) {
    let (identity, others) = try ring.choose(for: use)
    certificateChain = ring.chain(of: identity.certificate)
    guard !certificateChain.isEmpty, let der = Libcrypto.pkcs8(identity.key) else {
      throw CredentialError("the private key is of a kind that TLS cannot use; make an RSA key of 2048 bits")
    }
    privateKey = der
    facts = identity.facts
    self.others = others
  }
}
