import APNsCredentials
import CredentialSamples
import Testing

/// MACs of P12 files that PBMAC1 makes (RFC 9579).
struct PasswordMACTests {
  /// RFC 9579; openssl computes the key and the MAC.
  @Test(arguments: [("SHA256", 9), ("SHA512", 11), ("SHA1", 7)])
  func opensAFileWithPBMAC1(_ digest: String, _ number: UInt8) throws {
    let samples = try PushFiles.samples()
    try samples.p12("a", of: "push")
    let bytes = try samples.bytes("a.p12")
    // SEQUENCE { INTEGER 3, authSafe, MacData }, each with two bytes of length but for the last.
    let safe = Array(bytes[7..<11 + Int(bytes[9]) << 8 + Int(bytes[10])])
    let content = try #require(Self.octets(safe))
    try samples.write("content", content)
    let salt: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    let key = try samples.openssl(
      "kdf", "-keylen", "32", "-kdfopt", "digest:\(digest)", "-kdfopt", "pass:secret", "-kdfopt",
      "hexsalt:0102030405060708", "-kdfopt", "iter:2048", "PBKDF2"
    ).filter { $0.isHexDigit }
    let mac = try samples.openssl(
      "mac", "-digest", digest, "-macopt", "hexkey:\(key)", "-in", "content", "HMAC"
    ).filter { $0.isHexDigit }
    let value = stride(from: 0, to: mac.count, by: 2).compactMap { at in
      UInt8(mac.dropFirst(at).prefix(2), radix: 16)
    }
    let hmac = Self.sequence(Self.identifier([0x02, number]) + [0x05, 0x00])
    let parameters = Self.sequence(
      [0x04, 8] + salt + [0x02, 0x02, 0x08, 0x00, 0x02, 0x01, 0x20] + hmac)
    let derivation = Self.sequence(Self.identifier([0x01, 0x05, 0x0C]) + parameters)
    let algorithm = Self.sequence(Self.identifier([0x01, 0x05, 0x0E]) + Self.sequence(derivation + hmac))
    let data = Self.sequence(
      Self.sequence(algorithm + [0x04, UInt8(value.count)] + value) + [0x04, 0x01, 0x00, 0x02, 0x01, 0x01])
    let file = Self.sequence([0x02, 0x01, 0x03] + safe + data)
    let certificate = try PushCertificate(p12: file, passphrase: PushFiles.secret)
    #expect(certificate.certificateChain == [try samples.bytes("push.cer")])
    #expect(
      PushFiles.sentence { try PushCertificate(p12: file, passphrase: Array("Secret".utf8)) }
        .hasPrefix("the passphrase does not open the .p12; "))
    var changed = file
    changed[file.count - 10] ^= 1
    #expect(
      PushFiles.sentence { try PushCertificate(p12: changed, passphrase: PushFiles.secret) }
        .hasPrefix("the passphrase does not open the .p12; "))
  }

  /// What `[0] { OCTET STRING }` of a ContentInfo has.
  private static func octets(_ safe: [UInt8]) -> [UInt8]? {
    guard let at = safe.indices.dropLast(8).first(where: { safe[$0] == 0xA0 && safe[$0 + 4] == 0x04 }) else {
      return nil
    }
    return Array(safe[(at + 8)...])
  }

  private static func identifier(_ end: [UInt8]) -> [UInt8] {
    let start: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D]
    return [0x06, UInt8(start.count + end.count)] + start + end
  }

  private static func sequence(_ content: [UInt8]) -> [UInt8] {
    let count = content.count
    return (count < 0x80 ? [0x30, UInt8(count)] : [0x30, 0x82, UInt8(count >> 8), UInt8(count & 0xFF)])
      + content
  }
}
