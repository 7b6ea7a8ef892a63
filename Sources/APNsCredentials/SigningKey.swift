import CCrypto
import Glibc

/// An ES256 signing key of a .p8 file.
package final class SigningKey: Sendable, CustomStringConvertible {
  /// More than any .p8 has, which is about 250 bytes.
  package static let fileLimit = 64 << 10

  // Unchecked by necessity: libcrypto only reads a key that it signs with, and counts its references atomically.
  nonisolated(unsafe) private let key: OpaquePointer
  /// The public key, which verifies its signatures.
  package let publicKey: VerificationKey

  /// Tells nothing secret.
  package var description: String { "SigningKey(P-256)" }

  /// Reads a key of the curve P-256 from PKCS#8 in PEM (RFC 5958, RFC 7468 §10), in DER, or in what copying has made
  /// of either.
  ///
  /// - Parameter passphrase: of an encrypted key.
  /// - Throws: ``CredentialError`` that says what the file is instead.
  package init(p8: [UInt8], passphrase: [UInt8]? = nil) throws(CredentialError) {
    let key = try Self.key(p8, passphrase)
    guard let publicKey = VerificationKey(privateKey: key) else {
      EVP_PKEY_free(key)
      throw CredentialError("the private key has no public half; download the .p8 anew")
    }
    self.key = key
    self.publicKey = publicKey
  }

  deinit { EVP_PKEY_free(key) }

  private static func key(
    _ p8: [UInt8], _ passphrase: [UInt8]?
  ) throws(CredentialError) -> OpaquePointer {
    let next = "use the .p8 of 'Keys' in the developer account"
    guard !p8.isEmpty else { throw CredentialError("the file is empty; \(next)") }
    guard p8.count <= fileLimit else {
      throw CredentialError("the file has \(p8.count) bytes, and a .p8 has about 250; \(next)")
    }
    let file = CredentialFile(p8)
    guard let block = file.first("PRIVATE KEY") ?? file.keys.first(where: \.isEncrypted) else {
      throw CredentialError(
        (file.blocks.first.map(other)
          ?? "there is no private key in it: neither 'BEGIN PRIVATE KEY' nor base 64 alone") + "; " + next)
    }
    if let damage = block.damage {
      throw CredentialError("the private key cannot be read: \(damage.message); \(next)")
    }
    let key: OpaquePointer
    if block.isEncrypted {
      key = try block.privateKey(passphrase: passphrase)
    } else if let found = Libcrypto.privateKey(pkcs8: block.der) {
      key = found
    } else {
      throw CredentialError("the private key is damaged, or of a kind that is not known; \(next)")
    }
    do throws(CredentialError) {
      try check(key, next)
    } catch {
      EVP_PKEY_free(key)
      throw error
    }
    return key
  }

  /// Returns the name, for errors, of a block that is no PKCS#8 key.
  private static func other(_ block: PEMText.Block) -> String {
    switch block.label {
    case "EC PRIVATE KEY", "EC PARAMETERS": "the key is in the form of SEC 1 and not in PKCS#8"
    case "OPENSSH PRIVATE KEY": "this is a key of OpenSSH, and APNs takes keys of the curve P-256 in PKCS#8"
    case "PKCS12": "this is a .p12, and a .p8 is a private key alone"
    case "RSA PRIVATE KEY": "this is an RSA key, and APNs takes keys of the curve P-256"
    case "PUBLIC KEY": "this is a public key, and signing needs the private one"
    case "CERTIFICATE": "this is a certificate, and a .p8 is a private key"
    case "CERTIFICATE REQUEST": "this is a certificate request, and a .p8 is a private key"
    default: "this is no private key"
    }
  }

  private static func check(_ key: OpaquePointer, _ next: String) throws(CredentialError) {
    defer { ERR_clear_error() }
    guard EVP_PKEY_is_a(key, "EC") == 1 else {
      let kind = EVP_PKEY_is_a(key, "RSA") == 1 ? "an RSA key" : "a key of another kind"
      throw CredentialError("this is \(kind), and APNs takes keys of the curve P-256; \(next)")
    }
    var name = [CChar](repeating: 0, count: 80)
    var count = 0
    guard EVP_PKEY_get_group_name(key, &name, name.count, &count) == 1,
      String(decoding: name.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) == "prime256v1"
    else { throw CredentialError("the key is of another curve, and APNs takes P-256; \(next)") }
    guard let context = EVP_PKEY_CTX_new_from_pkey(Libcrypto.context, key, nil) else {
      throw CredentialError("there is no memory for the key; try again")
    }
    defer { EVP_PKEY_CTX_free(context) }
    guard EVP_PKEY_check(context) == 1 else {
      throw CredentialError("the private key is damaged: its halves do not belong together; \(next)")
    }
  }

  /// Returns ECDSA with SHA-256: `r` and `s` of 32 bytes each (RFC 7518 §3.4); nil where libcrypto fails.
  package func signature(of message: [UInt8]) -> [UInt8]? {
    guard let context = EVP_MD_CTX_new() else { return nil }
    defer {
      EVP_MD_CTX_free(context)
      ERR_clear_error()
    }
    var der = [UInt8](repeating: 0, count: 80)
    var count = der.count
    guard EVP_DigestSignInit_ex(context, nil, "SHA256", Libcrypto.context, nil, key, nil) == 1,
      EVP_DigestSign(context, &der, &count, message, message.count) == 1,
      let (pair, _) = Libcrypto.decoded(Array(der.prefix(count)), { d2i_ECDSA_SIG(nil, $0, $1) })
    else { return nil }
    defer { ECDSA_SIG_free(pair) }
    var (r, s): (OpaquePointer?, OpaquePointer?)
    ECDSA_SIG_get0(pair, &r, &s)
    var raw = [UInt8](repeating: 0, count: 64)
    let isWhole = raw.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return false }
      return BN_bn2binpad(r, start, 32) == 32 && BN_bn2binpad(s, start + 32, 32) == 32
    }
    return isWhole ? raw : nil
  }
}
