import CCrypto
import ConfigurationFiles
import FileReading
import Glibc
import NotificationModel
import WorkerProtocol

/// The keys that the configuration names, which stay in the host.
package struct KeyRing: Sendable, CustomStringConvertible {
  private var keys: [String: [UInt8]] = [:]

  package init() {}

  /// The number of keys, and nothing of them.
  package var description: String { "KeyRing(\(keys.count) keys)" }

  package var isEmpty: Bool { keys.isEmpty }

  /// Reads a key of 32 bytes from a file: raw, as 64 hexadecimal digits, or in base 64.
  ///
  /// - Throws: ``HostError`` where the file cannot be read, others than its owner may read it, or it has no key.
  package mutating func add(_ name: String, file path: String) throws(HostError) {
    let bytes: [UInt8]
    let mode: mode_t
    do throws(FileProblem) {
      let file = try InputFile(path)
      mode = FileKind(file.status) == .regular ? file.status.st_mode : 0
      bytes = try file.bytes(.key)
    } catch {
      throw HostError(.usage, "keys.\(name): \(error.message(path))")
    }
    guard mode & 0o077 == 0 else {
      throw HostError(.usage, "keys.\(name): \(path) may be read by others; run 'chmod 600' on it")
    }
    guard let key = Self.decode(bytes) else {
      throw HostError(
        .usage,
        "keys.\(name): \(path) has no key of 32 bytes; write one with 'openssl rand -hex 32'")
    }
    keys[name] = key
  }

  /// Adds a key under the name that plugins use.
  package mutating func add(_ name: String, key: [UInt8]) { keys[name] = key }

  /// Adds the names and the keys to bytes of which nothing but a digest is kept.
  package func add(toDigest bytes: inout [UInt8]) {
    for (name, key) in keys.sorted(by: { $0.key < $1.key }) { bytes += Array(name.utf8) + [0] + key }
  }

  private static func decode(_ bytes: [UInt8]) -> [UInt8]? {
    if bytes.count == 32 { return bytes }
    var text = bytes
    while let last = text.last, last == 0x0A || last == 0x0D || last == 0x20 { text.removeLast() }
    if text.count == 64, let key = Hex.decode(text) { return key }
    if let key = Base64.decode(text), key.count == 32 { return key }
    return nil
  }

  /// Carries out what a plugin asks for.
  package func answer(_ request: CapabilityRequest) -> CapabilityAnswer {
    switch request {
    case .cryptoOpen(let name, let sealed, let additionalData):
      guard let key = keys[name] else {
        return .failure("the configuration has no key '\(name)'; add it under 'keys:'")
      }
      guard sealed.count >= 28 else {
        return .failure("too short: a nonce of 12 bytes and a tag of 16 are needed")
      }
      guard let text = Self.open(sealed, key, additionalData) else {
        return .failure("not authentic: another key, or changed on the way")
      }
      return .bytes(text)
    case .runCase: return .failure("cases run in 'notilua test' only")
    }
  }

  /// AES-256-GCM (NIST SP 800-38D) with a nonce of 12 bytes in front and a tag of 16 behind.
  private static func open(_ sealed: [UInt8], _ key: [UInt8], _ additionalData: [UInt8]) -> [UInt8]? {
    guard let context = EVP_CIPHER_CTX_new() else { return nil }
    defer { EVP_CIPHER_CTX_free(context) }
    var tag = Array(sealed.suffix(16))
    let ciphertext = Array(sealed[12..<sealed.count - 16])
    var text = [UInt8](repeating: 0, count: ciphertext.count + 16)
    var length: Int32 = 0
    var last: Int32 = 0
    guard EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, nil, nil) == 1,
      EVP_CIPHER_CTX_ctrl(context, notilua_gcm_set_iv_length, 12, nil) == 1,
      EVP_DecryptInit_ex(context, nil, nil, key, Array(sealed.prefix(12))) == 1,
      additionalData.isEmpty
        || EVP_DecryptUpdate(context, nil, &length, additionalData, Int32(additionalData.count)) == 1,
      EVP_DecryptUpdate(context, &text, &length, ciphertext, Int32(ciphertext.count)) == 1,
      EVP_CIPHER_CTX_ctrl(context, notilua_gcm_set_tag, 16, &tag) == 1
    else { return nil }
    let isAuthentic = text.withUnsafeMutableBufferPointer {
      EVP_DecryptFinal_ex(context, $0.baseAddress.unsafelyUnwrapped + Int(length), &last) == 1
    }
    return isAuthentic ? Array(text.prefix(Int(length + last))) : nil
  }
}
