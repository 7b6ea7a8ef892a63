import CCrypto
import FileReading
import Glibc
import NotificationModel

/// The key of 32 bytes that records are sealed with: AES-256-GCM (NIST SP 800-38D).
package struct SealingKey: Sendable, CustomStringConvertible {
  /// The environment's variable with the key.
  package static let variable = "NOTILUA_SEALING_KEY"
  /// The name of the file with the key, among a service's credentials of systemd.
  package static let fileName = "notilua-sealing-key"

  private let bytes: [UInt8]

  /// Tells nothing secret.
  package var description: String { "SealingKey" }

  /// Takes 32 bytes: raw, as 64 hexadecimal digits, or in base 64 of either alphabet; nil for anything else.
  package init?(_ text: [UInt8]) {
    if text.count == 32 {
      bytes = text
      return
    }
    var text = text
    defer { erase(&text) }
    while let last = text.last, last == 0x0A || last == 0x0D || last == 0x20 { text.removeLast() }
    if text.count == 64, let key = Hex.decode(text) {
      bytes = key
      return
    }
    while text.last == 0x3D, text.count > 43 { text.removeLast() }
    let url = text.map { $0 == 0x2B ? 0x2D : $0 == 0x2F ? 0x5F : $0 }
    guard let key = Base64URL.decode(url), key.count == 32 else { return nil }
    bytes = key
  }

  /// Returns the key of the environment, else of systemd's credentials; nil where there is neither.
  ///
  /// - Throws: ``CredentialError`` where there is one that is no key.
  package static func found() throws(CredentialError) -> SealingKey? {
    let next = "make one with 'openssl rand -hex 32'"
    if let text = getenv(variable), text.pointee != 0 {
      guard let key = SealingKey(Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))) else {
        throw CredentialError("$\(variable) is no key of 32 bytes; \(next)")
      }
      return key
    }
    guard let folder = getenv("CREDENTIALS_DIRECTORY").map({ String(cString: $0) }), !folder.isEmpty else {
      return nil
    }
    let path = "\(folder)/\(fileName)"
    guard access(path, F_OK) == 0 else { return nil }
    var text = try SecretFile.read(path, limit: .key)
    defer { erase(&text) }
    guard let key = SealingKey(text) else {
      throw CredentialError("'\(path)' has no key of 32 bytes; \(next)")
    }
    return key
  }

  /// Returns the nonce of 12 bytes, the text, the tag of 16; nil where libcrypto fails.
  package func sealed(_ text: [UInt8], name: String) -> [UInt8]? {
    guard let context = EVP_CIPHER_CTX_new(),
      let cipher = EVP_CIPHER_fetch(Libcrypto.context, "AES-256-GCM", nil)
    else { return nil }
    defer {
      EVP_CIPHER_free(cipher)
      EVP_CIPHER_CTX_free(context)
      ERR_clear_error()
    }
    let name = Array(name.utf8)
    var nonce = [UInt8](repeating: 0, count: 12)
    var tag = [UInt8](repeating: 0, count: 16)
    var ciphertext = [UInt8](repeating: 0, count: text.count)
    var (length, last): (Int32, Int32) = (0, 0)
    guard RAND_bytes_ex(Libcrypto.context, &nonce, nonce.count, 0) == 1,
      EVP_EncryptInit_ex(context, cipher, nil, bytes, nonce) == 1,
      EVP_EncryptUpdate(context, nil, &length, name, Int32(name.count)) == 1,
      EVP_EncryptUpdate(context, &ciphertext, &length, text, Int32(text.count)) == 1,
      EVP_EncryptFinal_ex(context, nil, &last) == 1,
      EVP_CIPHER_CTX_ctrl(context, notilua_gcm_get_tag, 16, &tag) == 1
    else { return nil }
    return nonce + ciphertext + tag
  }

  /// Returns the bytes that ``sealed(_:name:)`` encrypted; nil where the key, the name or a byte is another.
  package func opened(_ sealed: [UInt8], name: String) -> [UInt8]? {
    guard sealed.count >= 28, let context = EVP_CIPHER_CTX_new(),
      let cipher = EVP_CIPHER_fetch(Libcrypto.context, "AES-256-GCM", nil)
    else { return nil }
    defer {
      EVP_CIPHER_free(cipher)
      EVP_CIPHER_CTX_free(context)
      ERR_clear_error()
    }
    let name = Array(name.utf8)
    var tag = Array(sealed.suffix(16))
    let ciphertext = Array(sealed[12..<sealed.count - 16])
    var text = [UInt8](repeating: 0, count: ciphertext.count)
    var (length, last): (Int32, Int32) = (0, 0)
    guard EVP_DecryptInit_ex(context, cipher, nil, bytes, Array(sealed.prefix(12))) == 1,
      EVP_DecryptUpdate(context, nil, &length, name, Int32(name.count)) == 1,
      EVP_DecryptUpdate(context, &text, &length, ciphertext, Int32(ciphertext.count)) == 1,
      EVP_CIPHER_CTX_ctrl(context, notilua_gcm_set_tag, 16, &tag) == 1,
      EVP_DecryptFinal_ex(context, nil, &last) == 1
    else {
      erase(&text)
      return nil
    }
    return text
  }
}
