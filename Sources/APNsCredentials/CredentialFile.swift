import CCrypto
import NotificationModel

/// The values in DER that a credential's file has: itself, or those of its PEM text, or of what base 64 has made of
/// either.
struct CredentialFile {
  typealias Block = PEMText.Block

  /// In their order; empty where the file has none.
  let blocks: [Block]

  init(_ content: [UInt8]) { blocks = Self.blocks(content, depth: 0) }

  private static func blocks(_ content: [UInt8], depth: Int) -> [Block] {
    if let label = label(ofDER: content) { return [Block(label: label, der: content)] }
    var text = CopiedText.plain(content)
    defer { erase(&text) }
    if PEMText.hasMarker(text) { return PEMText(text).blocks }
    // Base 64 of base 64 of a file is all that secret stores make.
    guard depth < 2, var bytes = decoded(text) else { return [] }
    defer { erase(&bytes) }
    return blocks(bytes, depth: depth + 1)
  }

  /// Returns the bytes of a text of base 64 or 16, and of nothing else but white space and quotes.
  private static func decoded(_ text: [UInt8]) -> [UInt8]? {
    let isFiller = { (byte: UInt8) in
      [0x20, 0x0A, 0x22, 0x27, 0x2C, 0x3B, 0x3D, 0x60, 0x3E, 0x7C].contains(byte)
    }
    var rest = text[...]
    // "NAME=", as in the environment, and "name: ", as in YAML.
    let name = rest.prefix { CopiedText.isLetter($0) || CopiedText.isDigit($0) || $0 == 0x5F || $0 == 0x20 }
    if let sign = rest.dropFirst(name.count).first, sign == 0x3D || sign == 0x3A,
      rest.dropFirst(name.count + 1).contains(where: PEMText.isDigit)
    {
      rest = rest.dropFirst(name.count + 1)
    }
    guard rest.allSatisfy({ PEMText.isDigit($0) || isFiller($0) }) else { return nil }
    let digits = rest.filter(PEMText.isDigit)
    guard digits.count >= 32 else { return nil }
    if let bytes = Hex.decode(digits), bytes.first == DERReader.Tag.sequence || bytes.first == 0x2D {
      return bytes
    }
    return Base64.decode(digits)
  }

  /// Returns the kind of a value in DER, in the words of PEM; nil where it is none of a credential.
  private static func label(ofDER der: [UInt8]) -> String? {
    // Files of PKCS#12 may be in BER, of indefinite length.
    guard der.count > 2, der[0] == DERReader.Tag.sequence, der[1] >= 0x80 || der.count == 2 + Int(der[1])
    else { return nil }
    let readers: [(String, (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> Bool)] = [
      ("CERTIFICATE", { at, count in take(d2i_X509(nil, at, count), X509_free) }),
      (
        "PRIVATE KEY",
        { at, count in take(d2i_PKCS8_PRIV_KEY_INFO(nil, at, count), PKCS8_PRIV_KEY_INFO_free) }
      ),
      ("PKCS12", { at, count in take(d2i_PKCS12(nil, at, count), PKCS12_free) }),
      ("ENCRYPTED PRIVATE KEY", { at, count in take(d2i_X509_SIG(nil, at, count), X509_SIG_free) }),
      ("EC PRIVATE KEY", { at, count in take(d2i_PrivateKey(EVP_PKEY_EC, nil, at, count), EVP_PKEY_free) }),
      ("RSA PRIVATE KEY", { at, count in take(d2i_PrivateKey(EVP_PKEY_RSA, nil, at, count), EVP_PKEY_free) }),
      ("PUBLIC KEY", { at, count in take(d2i_PUBKEY(nil, at, count), EVP_PKEY_free) }),
      ("CERTIFICATE REQUEST", { at, count in take(d2i_X509_REQ(nil, at, count), X509_REQ_free) }),
    ]
    for (label, read) in readers {
      if Libcrypto.decoded(der, { read($0, $1) ? true : nil }) != nil { return label }
    }
    return nil
  }

  /// Frees what was read; returns whether anything was.
  private static func take<Value>(_ value: Value?, _ free: (Value?) -> Void) -> Bool {
    free(value)
    return value != nil
  }

  // MARK: Parts

  func first(_ label: String) -> Block? { blocks.first { $0.label == label } }

  /// The certificates, in their order.
  var certificates: [[UInt8]] { blocks.filter { $0.label == "CERTIFICATE" }.map(\.der) }

  /// The blocks of private keys, whichever way they are written.
  var keys: [Block] { blocks.filter { $0.label.hasSuffix("PRIVATE KEY") } }

  /// A PKCS#12 file in DER or BER.
  var pkcs12: [UInt8]? { first("PKCS12")?.der }

  /// A Boolean value that indicates whether it has a private key that needs a passphrase.
  var hasEncryptedKey: Bool { keys.contains(where: \.isEncrypted) }
}

extension PEMText.Block {
  /// A Boolean value that indicates whether it is a private key that needs a passphrase.
  var isEncrypted: Bool { encryption != nil || label == "ENCRYPTED PRIVATE KEY" }

  /// Reads a private key, which the caller frees.
  ///
  /// - Throws: ``CredentialError`` where it is damaged, or the passphrase is missing or another; its caller says where.
  func privateKey(passphrase: [UInt8]?) throws(CredentialError) -> OpaquePointer {
    if let damage {
      throw CredentialError(
        "the private key cannot be read: \(damage.message); copy the file anew from where it was made")
    }
    guard isEncrypted else {
      let key =
        label == "PRIVATE KEY"
        ? Libcrypto.privateKey(pkcs8: der)
        : Libcrypto.decoded(der) { d2i_AutoPrivateKey_ex(nil, $0, $1, Libcrypto.context, nil) }?.result
      guard let key else {
        throw CredentialError("the private key cannot be read; take the file anew from where it was made")
      }
      return key
    }
    guard let passphrase, !passphrase.isEmpty else {
      throw CredentialError(
        "the private key is encrypted; give its passphrase with --passphrase-file or --passphrase-env")
    }
    let found =
      if let encryption { Self.privateKey(der, encryption, passphrase) } else {
        try Self.privateKey(pkcs8: der, passphrase)
      }
    guard let found else {
      throw CredentialError(
        "the passphrase does not open the private key; give the one that it was encrypted with")
    }
    return found
  }

  /// Returns a key of an EncryptedPrivateKeyInfo (RFC 5958 §3); nil where the passphrase is another.
  private static func privateKey(
    pkcs8 der: [UInt8], _ passphrase: [UInt8]
  ) throws(CredentialError) -> OpaquePointer? {
    defer { ERR_clear_error() }
    guard let (sealed, _) = Libcrypto.decoded(der, { d2i_X509_SIG(nil, $0, $1) }) else {
      throw CredentialError("the encrypted private key is damaged; take the file anew from where it was made")
    }
    defer { X509_SIG_free(sealed) }
    var algorithm: UnsafePointer<X509_ALGOR>?
    X509_SIG_get0(sealed, &algorithm, nil)
    if let algorithm { try KeyDerivation.check(KeyDerivation.rounds(algorithm), of: "the private key") }
    let text = passphrase.map { CChar(bitPattern: $0) }
    guard let info = PKCS8_decrypt_ex(sealed, text, Int32(clamping: text.count), Libcrypto.context, nil)
    else { return nil }
    defer { PKCS8_PRIV_KEY_INFO_free(info) }
    return EVP_PKCS82PKEY_ex(info, Libcrypto.context, nil)
  }

  /// Returns a key that is encrypted by OpenSSL's old way: MD5 of the passphrase and the first 8 bytes of the
  /// IV.
  private static func privateKey(
    _ bytes: [UInt8], _ encryption: PEMText.Encryption, _ passphrase: [UInt8]
  ) -> OpaquePointer? {
    defer { ERR_clear_error() }
    guard let cipher = EVP_CIPHER_fetch(Libcrypto.context, encryption.cipher, nil),
      let context = EVP_CIPHER_CTX_new()
    else { return nil }
    defer {
      EVP_CIPHER_free(cipher)
      EVP_CIPHER_CTX_free(context)
    }
    var key = [UInt8](repeating: 0, count: 64)
    var plain = [UInt8](repeating: 0, count: bytes.count + 64)
    defer {
      erase(&key)
      erase(&plain)
    }
    guard EVP_CIPHER_get_iv_length(cipher) == Int32(encryption.iv.count), encryption.iv.count >= 8,
      EVP_BytesToKey(
        cipher, EVP_md5(), encryption.iv, passphrase, Int32(clamping: passphrase.count), 1, &key, nil) > 0,
      EVP_DecryptInit_ex2(context, cipher, key, encryption.iv, nil) == 1
    else { return nil }
    var (count, rest) = (Int32(0), Int32(0))
    let isDecrypted = plain.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return false }
      return EVP_DecryptUpdate(context, start, &count, bytes, Int32(clamping: bytes.count)) == 1
        && EVP_DecryptFinal_ex(context, start + Int(count), &rest) == 1
    }
    guard isDecrypted else { return nil }
    return Libcrypto.decoded(Array(plain.prefix(Int(count + rest)))) {
      d2i_AutoPrivateKey_ex(nil, $0, $1, Libcrypto.context, nil)
    }?.result
  }
}
