import CCrypto
import Glibc

/// Makes a P12 file (PKCS#12, RFC 7292) of a key and the certificate that came for it.
package struct PKCS12Writer: Sendable {
  /// The encryption of the file.
  package enum Form: Sendable {
    /// AES-256 and SHA-256, which every program of the last ten years reads.
    case modern
    /// Triple DES and SHA-1, for programs that are older.
    case tripleDES
  }

  /// The name that Keychain shows: the certificate's CN.
  private let friendlyName: String
  private let certificate: PushCertificate

  /// The contents of the certificate.
  package var facts: CertificateFacts { certificate.facts }

  /// - Parameters:
  ///   - key: in PEM or DER.
  ///   - passphrase: of the key, where it is encrypted.
  ///   - certificates: in DER or PEM: the .cer of the developer account, and its chain in any order.
  /// - Throws: ``CredentialError`` where one cannot be read, or the key does not match.
  package init(
    key: [UInt8], passphrase: [UInt8]? = nil, certificates: [[UInt8]]
  ) throws(CredentialError) {
    let ring = KeyRing(of: "the key file")
    var count = 0
    for content in certificates {
      let file = CredentialFile(content)
      for der in file.blocks.isEmpty ? [content] : file.certificates {
        guard let handle = Libcrypto.certificate(der) else {
          throw CredentialError(
            "the certificate cannot be read (X.509 in DER or PEM); download the .cer anew")
        }
        ring.add(certificate: handle)
        count += 1
      }
    }
    guard count > 0 else {
      throw CredentialError("there is no certificate in it; name the .cer of the developer account")
    }
    let keys = CredentialFile(key).keys
    guard !keys.isEmpty else {
      throw CredentialError("there is no private key in the key file; name the .key of the request")
    }
    for block in keys { ring.add(key: try block.privateKey(passphrase: passphrase)) }
    certificate = try PushCertificate(ring, use: CertificateUse())
    friendlyName = certificate.facts.commonName
  }

  /// Returns the bytes of the file.
  ///
  /// - Parameter passphrase: in UTF-8, without a byte of zero; empty for none.
  package func bytes(passphrase: [UInt8], form: Form = .modern) throws(CredentialError) -> [UInt8] {
    guard !passphrase.contains(0) else {
      throw CredentialError("the passphrase has a byte of zero; write it as text")
    }
    let failure = CredentialError("libcrypto makes no .p12; check that OpenSSL 3 is installed whole")
    guard let key = Libcrypto.privateKey(pkcs8: certificate.privateKey),
      let leaf = Libcrypto.certificate(certificate.certificateChain[0]), let chain = notilua_X509_stack()
    else { throw failure }
    defer {
      EVP_PKEY_free(key)
      X509_free(leaf)
      notilua_X509_stack_free(chain)
      ERR_clear_error()
    }
    for der in certificate.certificateChain.dropFirst() {
      guard let handle = Libcrypto.certificate(der) else { throw failure }
      if notilua_X509_push(chain, handle) == 0 {
        X509_free(handle)
        throw failure
      }
    }
    let cipher = form == .modern ? NID_aes_256_cbc : NID_pbe_WithSHA1And3_Key_TripleDES_CBC
    var secret = passphrase.map { CChar(bitPattern: $0) } + [0]
    defer { secret.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
    // The MAC is made below, since here it could be of SHA-256 only.
    guard
      let file = PKCS12_create_ex(
        secret, friendlyName, key, leaf, chain, cipher, cipher, 2048, -1, 0, Libcrypto.context, nil)
    else { throw failure }
    defer { PKCS12_free(file) }
    let digest = EVP_MD_fetch(Libcrypto.context, form == .modern ? "SHA256" : "SHA1", nil)
    defer { EVP_MD_free(digest) }
    guard PKCS12_set_mac(file, secret, Int32(secret.count - 1), nil, 0, 2048, digest) == 1,
      let bytes = Libcrypto.encoded({ i2d_PKCS12(file, $0) })
    else { throw failure }
    return bytes
  }
}
