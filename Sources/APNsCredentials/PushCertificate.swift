import CCrypto
import Glibc

/// A client certificate with its key and chain, as TLS wants them.
package struct PushCertificate: Sendable, CustomStringConvertible {
  /// What the leaf says.
  package var facts: CertificateFacts
  /// In DER: the leaf, then whoever signed it, as far as the file has them.
  package var certificateChain: [[UInt8]]
  /// In DER, PKCS#8 (RFC 5958), not encrypted.
  package var privateKey: [UInt8]

  /// Tells nothing secret.
  package var description: String { "PushCertificate(\(facts.commonName), \(facts.fingerprint))" }

  /// Reads a certificate and its key out of one PEM text.
  ///
  /// - Throws: ``CredentialError`` where either is missing, or they do not belong together.
  package init(pem: [UInt8]) throws(CredentialError) {
    let text = PEMText(pem)
    guard let key = try text.privateKey() else {
      throw CredentialError(
        "there is no private key in it; put the key of the request beside the certificate")
    }
    defer { EVP_PKEY_free(key) }
    var certificates: [OpaquePointer] = []
    defer { for certificate in certificates { X509_free(certificate) } }
    for der in text.certificates {
      guard let certificate = Libcrypto.certificate(der) else {
        throw CredentialError("a certificate in it cannot be read; download the .cer anew")
      }
      certificates.append(certificate)
    }
    try self.init(key: key, certificates: certificates)
  }

  /// Takes the certificate that belongs to the key as the leaf; borrows what it is given.
  init(key: OpaquePointer, certificates: [OpaquePointer]) throws(CredentialError) {
    guard !certificates.isEmpty else {
      throw CredentialError("there is no certificate in it; make it anew with 'notilua credentials convert'")
    }
    guard let leaf = certificates.first(where: { Libcrypto.isCertificate($0, of: key) }) else {
      throw CredentialError(
        "the private key does not match the certificate; use the key that the certificate was requested with")
    }
    var chain = [leaf]
    var rest = certificates.filter { $0 != leaf }
    // Whoever signed the last one, up to one that has signed itself; strangers are left out.
    while let last = chain.last, let index = rest.firstIndex(where: { X509_check_issued($0, last) == 0 }) {
      chain.append(rest.remove(at: index))
    }
    ERR_clear_error()
    certificateChain = chain.compactMap { certificate in Libcrypto.encoded { i2d_X509(certificate, $0) } }
    guard certificateChain.count == chain.count, let der = Libcrypto.pkcs8(key) else {
      throw CredentialError("the private key is of a kind that TLS cannot use; make an RSA key of 2048 bits")
    }
    privateKey = der
    facts = try CertificateFacts(der: certificateChain[0])
  }
}
