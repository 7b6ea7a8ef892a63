import CCrypto

/// SHA-256 and HMAC by libcrypto, made ready before the worker locks itself.
package enum Digest {
  // Unchecked by necessity: libcrypto's method objects are immutable once fetched.
  nonisolated(unsafe) private static let method: OpaquePointer? = {
    // No configuration file: the worker opens none, and nothing here depends on one.
    OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
    return EVP_MD_fetch(nil, "SHA256", nil)
  }()

  /// Loads what the functions need, so that they open no file later.
  package static func prepare() {
    _ = sha256([])
    _ = hmacSHA256(key: [1], [])
  }

  /// Returns the 32 bytes of SHA-256 (FIPS 180-4).
  package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    EVP_Digest(bytes, bytes.count, &digest, nil, method, nil)
    return digest
  }

  /// Returns whether two digests are the same, in a time that does not tell where they differ: CRYPTO_memcmp(3).
  package static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
  }

  /// Returns what stands for a device token, which is a secret: the same for the same device, however it is written.
  package static func deviceName(ofToken token: String) -> [UInt8] {
    Array(sha256(Array(token.lowercased().utf8)).prefix(16))
  }

  /// Returns the 32 bytes of HMAC-SHA-256 (RFC 2104).
  package static func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 32
    HMAC(method, key, Int32(key.count), bytes, bytes.count, &digest, &length)
    return digest
  }
}
