import CCrypto
import Glibc

/// A certificate authority for tests: it makes what Apple's and a web server's authorities make in earnest.
package final class CertificateAuthority {
  /// The subject, the extensions and the dates of a certificate to be made.
  package struct Request: Sendable {
    package var commonName: String
    /// The subject's UID.
    package var bundleID: String?
    /// The subject's OU.
    package var teamID: String?
    /// From when and until when it is valid, in seconds since 1970.
    package var validity: Range<Int64>
    /// Names and addresses of a server; with any the certificate is a server's.
    package var hosts: [String] = []
    /// Extensions that are not critical, by their object identifiers; their content in DER.
    package var extensions: [(identifier: String, content: [UInt8])] = []

    package init(commonName: String, validity: Range<Int64>) {
      self.commonName = commonName
      self.validity = validity
    }
  }

  /// A certificate with its key.
  package struct Issued: Sendable {
    package var certificate: [UInt8]
    /// PKCS#8 in DER.
    package var key: [UInt8]
  }

  private let key: OpaquePointer
  private let own: OpaquePointer
  /// The authority's certificate, DER.
  package let certificate: [UInt8]

  /// Makes a new one.
  package init(commonName: String, validity: Range<Int64>) throws(CredentialError) {
    guard let key = Self.ellipticKey() else { throw Self.failure }
    guard let own = X509_new() else {
      EVP_PKEY_free(key)
      throw Self.failure
    }
    let extensions: [(String, Bool, [UInt8])] = [
      ("2.5.29.19", true, DERWriter.sequence(DERWriter.boolean(true))),
      // keyCertSign and cRLSign.
      ("2.5.29.15", true, [0x03, 0x02, 0x01, 0x06]),
      ("2.5.29.14", false, DERWriter.value(0x04, Self.identifier(of: key))),
    ]
    let name = Self.name(commonName: commonName)
    defer { X509_NAME_free(name) }
    guard Self.fill(own, name, issuer: name, key, validity, extensions),
      X509_sign(own, key, EVP_sha256()) > 0,
      let der = Libcrypto.encoded({ i2d_X509(own, $0) })
    else {
      X509_free(own)
      EVP_PKEY_free(key)
      throw Self.failure
    }
    // Together and last: `deinit` gives back what is here, and runs for nothing that has thrown before.
    self.key = key
    self.own = own
    certificate = der
  }

  /// Takes one that was made before.
  ///
  /// - Parameter key: PKCS#8 in PEM.
  package init(certificatePEM: [UInt8], keyPEM: [UInt8]) throws(CredentialError) {
    let mismatch = CredentialError("the authority's certificate and key do not belong together; remove both")
    guard let der = CredentialFile(certificatePEM).certificates.first,
      let key = try CredentialFile(keyPEM).keys.first?.privateKey(passphrase: nil)
    else { throw mismatch }
    guard let own = Libcrypto.certificate(der) else {
      EVP_PKEY_free(key)
      throw mismatch
    }
    guard Libcrypto.isCertificate(own, of: key) else {
      X509_free(own)
      EVP_PKEY_free(key)
      throw mismatch
    }
    self.own = own
    self.key = key
    certificate = der
  }

  deinit {
    X509_free(own)
    EVP_PKEY_free(key)
  }

  private static var failure: CredentialError {
    ERR_clear_error()
    return CredentialError("libcrypto could not make a certificate; check its installation")
  }

  /// Returns the authority's own key, PKCS#8 in PEM.
  package func keyPEM() throws(CredentialError) -> [UInt8] {
    guard let der = Libcrypto.pkcs8(key) else { throw Self.failure }
    return Self.pem("PRIVATE KEY", der)
  }

  /// Makes a key and its certificate: RSA for clients, as Apple's are, and P-256 for servers.
  package func issue(_ request: Request) throws(CredentialError) -> Issued {
    let isServer = !request.hosts.isEmpty
    guard let key = isServer ? Self.ellipticKey() : notilua_generate_RSA(nil, 2048) else {
      throw Self.failure
    }
    defer { EVP_PKEY_free(key) }
    guard let made = X509_new() else { throw Self.failure }
    defer { X509_free(made) }
    var extensions: [(String, Bool, [UInt8])] = [
      ("2.5.29.19", true, DERWriter.sequence([])),
      // The identifiers of the subject's key and of the authority's, which strict readers ask for.
      ("2.5.29.14", false, DERWriter.value(0x04, Self.identifier(of: key))),
      ("2.5.29.35", false, DERWriter.sequence(DERWriter.value(0x80, Self.identifier(of: self.key)))),
      // digitalSignature.
      ("2.5.29.15", true, [0x03, 0x02, 0x07, 0x80]),
      (
        "2.5.29.37", false,
        // serverAuth 1.3.6.1.5.5.7.3.1, clientAuth .2.
        DERWriter.sequence([0x06, 0x08, 0x2B, 6, 1, 5, 5, 7, 3, isServer ? 1 : 2])
      ),
    ]
    if isServer { extensions.append(("2.5.29.17", false, Self.alternativeNames(request.hosts))) }
    for (identifier, content) in request.extensions { extensions.append((identifier, false, content)) }
    let name = Self.name(
      commonName: request.commonName, bundleID: request.bundleID, teamID: request.teamID)
    defer { X509_NAME_free(name) }
    guard
      Self.fill(made, name, issuer: X509_get_subject_name(own), key, request.validity, extensions),
      X509_sign(made, self.key, EVP_sha256()) > 0,
      let certificate = Libcrypto.encoded({ i2d_X509(made, $0) }),
      let der = Libcrypto.pkcs8(key)
    else { throw Self.failure }
    return Issued(certificate: certificate, key: der)
  }

  /// Returns a new signing key as a .p8.
  package static func makeP8() throws(CredentialError) -> [UInt8] {
    guard let key = ellipticKey() else { throw failure }
    defer { EVP_PKEY_free(key) }
    guard let der = Libcrypto.pkcs8(key) else { throw failure }
    return pem("PRIVATE KEY", der)
  }

  /// Returns a block of PEM (RFC 7468), with 64 characters a line.
  package static func pem(_ label: String, _ der: [UInt8]) -> [UInt8] {
    var text = [UInt8](repeating: 0, count: der.count * 4 / 3 + 8)
    let count = Int(EVP_EncodeBlock(&text, der, Int32(der.count)))
    var lines = Array("-----BEGIN \(label)-----\n".utf8)
    for start in stride(from: 0, to: count, by: 64) {
      lines += text[start..<min(start + 64, count)]
      lines.append(0x0A)
    }
    return lines + Array("-----END \(label)-----\n".utf8)
  }

  // MARK: Parts

  /// Returns the key identifier: a digest of the public key (RFC 5280 §4.2.1.2 leaves the method to the
  /// authority).
  private static func identifier(of key: OpaquePointer) -> [UInt8] {
    Array(Libcrypto.sha256(Libcrypto.encoded { i2d_PUBKEY(key, $0) } ?? []).prefix(20))
  }

  private static func ellipticKey() -> OpaquePointer? {
    guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil) else { return nil }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1,
      EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1,
      EVP_PKEY_keygen(context, &key) == 1
    else { return nil }
    return key
  }

  private static func name(commonName: String, bundleID: String? = nil, teamID: String? = nil)
    -> OpaquePointer?
  {
    let name = X509_NAME_new()
    let entries = [
      (NID_userId, bundleID), (NID_commonName, commonName), (NID_organizationalUnitName, teamID),
    ]
    for (kind, text) in entries {
      guard let text else { continue }
      X509_NAME_add_entry_by_NID(name, kind, utf8String, Array(text.utf8), Int32(text.utf8.count), -1, 0)
    }
    return name
  }

  /// `MBSTRING_UTF8`, a macro with casts.
  private static let utf8String: Int32 = 0x1000

  private static func fill(
    _ certificate: OpaquePointer, _ subject: OpaquePointer?, issuer: OpaquePointer?, _ key: OpaquePointer,
    _ validity: Range<Int64>, _ extensions: [(String, Bool, [UInt8])]
  ) -> Bool {
    guard let serial = BN_new() else { return false }
    defer { BN_free(serial) }
    guard X509_set_version(certificate, 2) == 1, BN_rand(serial, 120, 0, 0) == 1,
      BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(certificate)) != nil,
      X509_set_subject_name(certificate, subject) == 1, X509_set_issuer_name(certificate, issuer) == 1,
      X509_set_pubkey(certificate, key) == 1,
      ASN1_TIME_set(X509_getm_notBefore(certificate), time_t(validity.lowerBound)) != nil,
      ASN1_TIME_set(X509_getm_notAfter(certificate), time_t(validity.upperBound)) != nil
    else { return false }
    for (identifier, isCritical, content) in extensions {
      guard add(identifier, isCritical: isCritical, content, to: certificate) else { return false }
    }
    return true
  }

  private static func add(
    _ identifier: String, isCritical: Bool, _ content: [UInt8], to certificate: OpaquePointer
  ) -> Bool {
    guard let object = OBJ_txt2obj(identifier, 1) else { return false }
    defer { ASN1_OBJECT_free(object) }
    guard let data = ASN1_OCTET_STRING_new() else { return false }
    defer { ASN1_OCTET_STRING_free(data) }
    guard ASN1_OCTET_STRING_set(data, content, Int32(content.count)) == 1,
      let made = X509_EXTENSION_create_by_OBJ(nil, object, isCritical ? 1 : 0, data)
    else { return false }
    defer { X509_EXTENSION_free(made) }
    return X509_add_ext(certificate, made, -1) == 1
  }

  /// Returns subjectAltName (RFC 5280 §4.2.1.6): addresses as such, everything else as a name.
  private static func alternativeNames(_ hosts: [String]) -> [UInt8] {
    var names: [UInt8] = []
    for host in hosts {
      var (four, six) = (in_addr(), in6_addr())
      if inet_pton(AF_INET, host, &four) == 1 {
        names += withUnsafeBytes(of: four) { DERWriter.value(0x87, Array($0)) }
      } else if inet_pton(AF_INET6, host, &six) == 1 {
        names += withUnsafeBytes(of: six) { DERWriter.value(0x87, Array($0)) }
      } else {
        names += DERWriter.value(0x82, Array(host.utf8))
      }
    }
    return DERWriter.sequence(names)
  }
}
