import CCrypto

/// The MAC of a P12 file that PBMAC1 makes (RFC 9579), which OpenSSL knows from 3.4 on.
struct PasswordMAC {
  private let salt: [UInt8]
  private let rounds: Int
  private let keyLength: Int
  /// The digest that the key is derived with, and the one of the MAC.
  private let digests: (derivation: String, code: String)
  private let value: [UInt8]
  /// The bytes that the MAC covers.
  private let content: [UInt8]

  /// Reads PBMAC1-params (RFC 8018 §A.5); nil where they are others than RFC 9579 §4 allows.
  ///
  /// - Parameters:
  ///   - value: the MAC itself.
  ///   - file: the whole P12 file in DER.
  init?(parameters: [UInt8], value: [UInt8], file: [UInt8]) {
    var outer = DERReader(parameters)
    guard let body = outer.next(), body.tag == DERReader.Tag.sequence else { return nil }
    var parts = DERReader(body.content)
    guard let derivation = parts.next(), let code = parts.next(), let codeDigest = Self.digest(code.content)
    else { return nil }
    var algorithm = DERReader(derivation.content)
    // id-PBKDF2, 1.2.840.113549.1.5.12.
    guard let identifier = algorithm.next(),
      identifier.content.elementsEqual([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0C]),
      let settings = algorithm.next()
    else { return nil }
    var reader = DERReader(settings.content)
    guard let salt = reader.next(), salt.tag == DERReader.Tag.octetString,
      let rounds = reader.next(), rounds.tag == DERReader.Tag.integer, rounds.content.count <= 4,
      let length = reader.next(), length.tag == DERReader.Tag.integer, length.content.count == 1
    else { return nil }
    self.salt = Array(salt.content)
    self.rounds = rounds.content.reduce(0) { $0 << 8 | Int($1) }
    keyLength = Int(length.content[length.content.startIndex])
    // HMAC of SHA-1 is what absence means.
    let derivationDigest = reader.next().map { Self.digest($0.content) } ?? "SHA1"
    guard self.rounds > 0, (1...64).contains(keyLength), let derivationDigest,
      let content = Self.content(of: file)
    else { return nil }
    digests = (derivationDigest, codeDigest)
    self.value = value
    self.content = content
  }

  /// Returns the digest of `AlgorithmIdentifier`'s HMAC, 1.2.840.113549.2.7 and behind.
  private static func digest(_ algorithm: ArraySlice<UInt8>) -> String? {
    var reader = DERReader(algorithm)
    guard let identifier = reader.next(), identifier.tag == DERReader.Tag.objectIdentifier,
      identifier.content.dropLast().elementsEqual([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02])
    else { return nil }
    return switch identifier.content.last {
    case 7: "SHA1"
    case 8: "SHA224"
    case 9: "SHA256"
    case 10: "SHA384"
    case 11: "SHA512"
    case 12: "SHA512-224"
    case 13: "SHA512-256"
    default: nil
    }
  }

  /// Returns the content of `authSafe`: the third value in `SEQUENCE { version, SEQUENCE { type, [0] { OCTET STRING } } }`.
  private static func content(of file: [UInt8]) -> [UInt8]? {
    var outer = DERReader(file)
    guard let whole = outer.next() else { return nil }
    var parts = DERReader(whole.content)
    guard parts.next() != nil, let safe = parts.next() else { return nil }
    var fields = DERReader(safe.content)
    guard fields.next() != nil, let explicit = fields.next() else { return nil }
    var inner = DERReader(explicit.content)
    guard let octets = inner.next(), octets.tag == DERReader.Tag.octetString else { return nil }
    return Array(octets.content)
  }

  /// Returns whether a passphrase has made it.
  func isRight(_ passphrase: UnsafePointer<CChar>?, _ count: Int32) -> Bool {
    let derivation = EVP_MD_fetch(Libcrypto.context, digests.derivation, nil)
    let code = EVP_MD_fetch(Libcrypto.context, digests.code, nil)
    defer {
      EVP_MD_free(derivation)
      EVP_MD_free(code)
      ERR_clear_error()
    }
    guard let derivation, let code else { return false }
    var key = [UInt8](repeating: 0, count: keyLength)
    defer { erase(&key) }
    var made = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    guard
      PKCS5_PBKDF2_HMAC(
        passphrase, count, salt, Int32(clamping: salt.count), Int32(clamping: rounds), derivation,
        Int32(clamping: keyLength), &key) == 1,
      HMAC(code, key, Int32(clamping: keyLength), content, content.count, &made, &length) != nil
    else { return false }
    return Int(length) == value.count && CRYPTO_memcmp(made, value, value.count) == 0
  }
}
