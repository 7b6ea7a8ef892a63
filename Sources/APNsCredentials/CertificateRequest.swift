import CCrypto
import Glibc

/// A new key, and the request for its certificate (PKCS#10, RFC 2986), as Keychain's assistant makes them.
package struct CertificateRequest: Sendable, CustomStringConvertible {
  /// RSA of 2048 bits, PKCS#8 in PEM, not encrypted.
  package let keyPEM: [UInt8]
  /// Signed with SHA-256, in PEM: what the developer account takes.
  package let csrPEM: [UInt8]

  /// Tells nothing secret.
  package var description: String { "CertificateRequest" }

  /// - Parameters:
  ///   - commonName: what the developer account shows; 1 to 64 characters (RFC 5280, ub-common-name).
  ///   - email: 1 to 255 ASCII characters, or nil.
  package init(commonName: String, email: String? = nil) throws(CredentialError) {
    guard (1...64).contains(commonName.unicodeScalars.count), !Self.hasControls(commonName) else {
      throw CredentialError("the common name has not 1 to 64 characters of one line; fix --common-name")
    }
    if let email {
      guard (1...255).contains(email.utf8.count), email.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw CredentialError("the e-mail address has not 1 to 255 characters of ASCII; fix --email")
      }
    }
    let failure = CredentialError("libcrypto makes no request; check that OpenSSL 3 is installed whole")
    guard let key = notilua_generate_RSA(Libcrypto.context, 2048) else { throw failure }
    defer { EVP_PKEY_free(key) }
    guard let request = X509_REQ_new_ex(Libcrypto.context, nil) else { throw failure }
    defer {
      X509_REQ_free(request)
      ERR_clear_error()
    }
    let subject = X509_REQ_get_subject_name(request)
    guard X509_REQ_set_version(request, 0) == 1,
      email.map({ Self.add($0, NID_pkcs9_emailAddress, to: subject) }) ?? true,
      Self.add(commonName, NID_commonName, to: subject),
      X509_REQ_set_pubkey(request, key) == 1
    else { throw failure }
    guard let digest = EVP_MD_fetch(Libcrypto.context, "SHA256", nil) else { throw failure }
    defer { EVP_MD_free(digest) }
    guard X509_REQ_sign(request, key, digest) > 0,
      let csr = Libcrypto.written({ PEM_write_bio_X509_REQ($0, request) }),
      let pem = Libcrypto.written({ PEM_write_bio_PKCS8PrivateKey($0, key, nil, nil, 0, nil, nil) })
    else { throw failure }
    keyPEM = pem
    csrPEM = csr
  }

  private static func hasControls(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }

  private static func add(_ text: String, _ attribute: Int32, to name: OpaquePointer?) -> Bool {
    let bytes = Array(text.utf8)
    // MBSTRING_UTF8 is a macro: MBSTRING_FLAG, 0x1000.
    return X509_NAME_add_entry_by_NID(name, attribute, 0x1000, bytes, Int32(bytes.count), -1, 0) == 1
  }

  /// Writes `PREFIX.key` of mode 0600 and `PREFIX.csr`; neither may be there yet.
  package func write(prefix: String) throws(CredentialError) {
    guard access(prefix + ".csr", F_OK) != 0 else {
      throw CredentialError(
        "'\(prefix).csr' is there already; name another with --out, or move this one away")
    }
    try SecretFile.create(prefix + ".key", keyPEM)
    do throws(CredentialError) {
      try SecretFile.create(prefix + ".csr", csrPEM, mode: 0o644)
    } catch {
      unlink(prefix + ".key")
      throw error
    }
  }
}
