import CCrypto
import Glibc

/// The corner of libcrypto that credentials live in.
enum Libcrypto {
  /// A library context of its own, with the ciphers of old P12 files: the process's other users of libcrypto do not
  /// get them, and no file of configuration has a say.
  // Unchecked by necessity: libcrypto guards a context with locks of its own, and this one is never freed.
  nonisolated(unsafe) static let context: OpaquePointer? = {
    OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
    let context = OSSL_LIB_CTX_new()
    OSSL_PROVIDER_load(context, "default")
    // RC2-40, which Keychain Access writes; where the module is missing such files are refused with a sentence.
    OSSL_PROVIDER_load(context, "legacy")
    ERR_clear_error()
    return context
  }()

  /// Returns the bytes that an `i2d` function writes; nil where it fails.
  static func encoded(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) -> Int32) -> [UInt8]? {
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = write(&bytes)
    guard count > 0, let bytes else {
      ERR_clear_error()
      return nil
    }
    defer {
      OPENSSL_cleanse(bytes, Int(count))
      notilua_free(bytes)
    }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }

  /// Returns the object that a `d2i` function reads of bytes; `isWhole` says whether nothing stands behind
  /// it.
  static func decoded<Result>(
    _ bytes: [UInt8], _ read: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> Result?
  ) -> (result: Result, isWhole: Bool)? {
    bytes.withUnsafeBufferPointer { buffer in
      var at = buffer.baseAddress
      guard at != nil, let result = read(&at, buffer.count) else {
        ERR_clear_error()
        return nil
      }
      return (result, at == buffer.baseAddress.map { $0 + buffer.count })
    }
  }

  /// Returns everything that `write` puts into a BIO; nil where it does not return 1.
  static func written(_ write: (OpaquePointer) -> Int32) -> [UInt8]? {
    guard let bio = BIO_new(BIO_s_secmem() ?? BIO_s_mem()) else { return nil }
    defer { BIO_free(bio) }
    guard write(bio) == 1 else {
      ERR_clear_error()
      return nil
    }
    var start: UnsafeMutablePointer<CChar>?
    let count = notilua_BIO_bytes(bio, &start)
    guard count > 0, let start else { return nil }
    return Array(UnsafeRawBufferPointer(start: start, count: Int(count)))
  }

  /// Returns SHA-256; of no bytes where libcrypto has no memory.
  static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    var count = 0
    guard EVP_Q_digest(context, "SHA256", nil, bytes, bytes.count, &digest, &count) == 1 else { return [] }
    return digest
  }

  /// Returns a certificate in DER (RFC 5280 §4.1), which the caller frees; nil where `der` is none or has
  /// more behind it.
  static func certificate(_ der: [UInt8]) -> OpaquePointer? {
    var made = X509_new_ex(context, nil)
    // On failure d2i_X509 frees what it was given.
    guard made != nil, let (certificate, isWhole) = decoded(der, { d2i_X509(&made, $0, $1) }) else {
      return nil
    }
    if isWhole { return certificate }
    X509_free(certificate)
    return nil
  }

  /// Returns the private key of a PKCS#8 text in DER (RFC 5958), which the caller frees.
  static func privateKey(pkcs8 der: [UInt8]) -> OpaquePointer? {
    guard let (info, isWhole) = decoded(der, { d2i_PKCS8_PRIV_KEY_INFO(nil, $0, $1) }) else { return nil }
    defer {
      PKCS8_PRIV_KEY_INFO_free(info)
      ERR_clear_error()
    }
    return isWhole ? EVP_PKCS82PKEY_ex(info, context, nil) : nil
  }

  /// Returns a private key in PKCS#8's DER.
  static func pkcs8(_ key: OpaquePointer) -> [UInt8]? {
    guard let info = EVP_PKEY2PKCS8(key) else {
      ERR_clear_error()
      return nil
    }
    defer { PKCS8_PRIV_KEY_INFO_free(info) }
    return encoded { i2d_PKCS8_PRIV_KEY_INFO(info, $0) }
  }

  /// Returns whether a certificate was made for a key.
  static func isCertificate(_ certificate: OpaquePointer, of key: OpaquePointer) -> Bool {
    defer { ERR_clear_error() }
    // By their texts, so that it does not matter which context either came from.
    guard let other = X509_get0_pubkey(certificate),
      let left = encoded({ i2d_PUBKEY(other, $0) }), let right = encoded({ i2d_PUBKEY(key, $0) })
    else { return false }
    return left == right
  }
}

/// Overwrites bytes that were secret; a copy elsewhere is not reached.
package func erase(_ bytes: inout [UInt8]) {
  bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
  bytes.removeAll()
}
