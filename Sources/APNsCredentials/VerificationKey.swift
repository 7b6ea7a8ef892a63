import CCrypto
import Glibc

/// The public half of a signing key: what a receiver of tokens checks them with.
package final class VerificationKey: Sendable, Equatable {
  // Unchecked by necessity: libcrypto only reads a key that it verifies with, and counts its references atomically.
  nonisolated(unsafe) private let key: OpaquePointer
  /// SubjectPublicKeyInfo in DER (RFC 5480).
  package let der: [UInt8]

  /// Returns whether both are the same key.
  package static func == (left: VerificationKey, right: VerificationKey) -> Bool { left.der == right.der }

  /// Reads a SubjectPublicKeyInfo in DER.
  ///
  /// - Throws: ``CredentialError`` where it is none of the curve P-256.
  package init(der: [UInt8]) throws(CredentialError) {
    guard let (key, isWhole) = Libcrypto.decoded(der, { d2i_PUBKEY_ex(nil, $0, $1, Libcrypto.context, nil) })
    else {
      throw CredentialError("this is no public key; write one with 'openssl pkey -in FILE.p8 -pubout'")
    }
    defer { ERR_clear_error() }
    var name = [CChar](repeating: 0, count: 80)
    var count = 0
    guard isWhole, EVP_PKEY_is_a(key, "EC") == 1,
      EVP_PKEY_get_group_name(key, &name, name.count, &count) == 1,
      String(decoding: name.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) == "prime256v1"
    else {
      EVP_PKEY_free(key)
      throw CredentialError("the public key is not of the curve P-256; use the one of a .p8")
    }
    self.key = key
    self.der = der
  }

  /// Reads a public key in PEM (RFC 7468 §13).
  package convenience init(pem: [UInt8]) throws(CredentialError) {
    guard let block = CredentialFile(pem).first("PUBLIC KEY") else {
      throw CredentialError(
        "there is no public key in it; write one with 'openssl pkey -in FILE.p8 -pubout'")
    }
    try self.init(der: block.der)
  }

  /// Takes the public half of a .p8.
  package convenience init(p8: [UInt8]) throws(CredentialError) {
    try self.init(der: try SigningKey(p8: p8).publicKey.der)
  }

  convenience init?(privateKey: OpaquePointer) {
    guard let der = Libcrypto.encoded({ i2d_PUBKEY(privateKey, $0) }) else { return nil }
    try? self.init(der: der)
  }

  deinit { EVP_PKEY_free(key) }

  /// Returns whether a signature of `message` is this key's: `r` and `s` of 32 bytes each (RFC 7518 §3.4), or both in DER
  /// (RFC 3279 §2.2.3), as `openssl dgst -sign` and Java write them and APNs takes them, too.
  package func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    defer { ERR_clear_error() }
    if signature.count == 64, let der = Self.der(signature), verifies(der, message) { return true }
    return verifies(signature, message)
  }

  /// Returns `SEQUENCE { INTEGER r, INTEGER s }`; nil where libcrypto fails.
  private static func der(_ raw: [UInt8]) -> [UInt8]? {
    guard let pair = ECDSA_SIG_new() else { return nil }
    defer { ECDSA_SIG_free(pair) }
    let r = BN_bin2bn(raw, 32, nil)
    let s = BN_bin2bn(Array(raw.suffix(32)), 32, nil)
    guard ECDSA_SIG_set0(pair, r, s) == 1 else {
      BN_free(r)
      BN_free(s)
      return nil
    }
    return Libcrypto.encoded { i2d_ECDSA_SIG(pair, $0) }
  }

  private func verifies(_ signature: [UInt8], _ message: [UInt8]) -> Bool {
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    return EVP_DigestVerifyInit_ex(context, nil, "SHA256", Libcrypto.context, nil, key, nil) == 1
      && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}
