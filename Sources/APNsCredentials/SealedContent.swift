/// The sealed part of a record: a file, a passphrase, or both.
struct SealedContent {
  var file: [UInt8]
  var passphrase: [UInt8]?

  init(file: [UInt8], passphrase: [UInt8]?) {
    self.file = file
    self.passphrase = passphrase
  }

  /// - Throws: ``CredentialError`` where there is no key, or it is another one, or the record is another's.
  init(_ sealed: [UInt8], name: String, key: SealingKey?) throws(CredentialError) {
    guard let key else {
      throw CredentialError(
        "it is sealed, and there is no sealing key; set $\(SealingKey.variable), or give systemd's credential '\(SealingKey.fileName)'"
      )
    }
    guard var text = key.opened(sealed, name: name) else {
      throw CredentialError(
        "the sealing key does not open it; use the key that it was sealed with, or add the credential anew")
    }
    defer { erase(&text) }
    // The length of the passphrase in 2 bytes, 0xFFFF where there is none; the passphrase; the file.
    guard text.count >= 2 else { throw CredentialError("the record is cut short; add the credential anew") }
    let count = Int(text[0]) << 8 | Int(text[1])
    let length = count == 0xFFFF ? 0 : count
    guard text.count >= 2 + length else {
      throw CredentialError("the record is cut short; add the credential anew")
    }
    passphrase = count == 0xFFFF ? nil : Array(text[2..<2 + length])
    file = Array(text[(2 + length)...])
  }

  func sealed(name: String, key: SealingKey?) throws(CredentialError) -> [UInt8] {
    guard let key else {
      throw CredentialError(
        "sealing needs a key; set $\(SealingKey.variable) to one of 'openssl rand -hex 32', and keep it elsewhere"
      )
    }
    guard (passphrase?.count ?? 0) < 0xFFFF else {
      throw CredentialError("the passphrase is too long; use one of less than 65535 bytes")
    }
    let count = passphrase?.count ?? 0xFFFF
    var text = [UInt8(count >> 8), UInt8(count & 0xFF)] + (passphrase ?? []) + file
    defer { erase(&text) }
    guard let sealed = key.sealed(text, name: name) else {
      throw CredentialError("libcrypto does not seal; check that OpenSSL 3 is installed whole")
    }
    return sealed
  }
}
