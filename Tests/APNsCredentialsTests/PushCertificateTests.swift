import APNsCredentials
import CredentialSamples
import Foundation
import Testing

/// P12 files and PEM texts.
struct PushCertificateTests {
  private static func samples() throws -> CredentialSamples {
    let samples = try CredentialSamples()
    try samples.certificate(
      "push", extensions: [CredentialSamples.sandbox, CredentialSamples.production, CredentialSamples.topics])
    return samples
  }

  private static let secret = Array("secret".utf8)

  /// Reads what must not be readable, and gives the sentence.
  private static func sentence(_ body: () throws -> some Any) -> String {
    do {
      _ = try body()
      return "taken"
    } catch {
      let text = "\(error)"
      #expect(error is CredentialError)
      #expect(!text.contains("\n") && !text.hasSuffix(".") && text.contains("; "), "\(text)")
      return text
    }
  }

  @Test func aFileWithoutMACIsRefused() throws {
    let samples = try Self.samples()
    try samples.p12("a", of: "push", ["-nomac"])
    let bytes = try samples.bytes("a.p12")
    #expect(
      Self.sentence { try PushCertificate(p12: bytes, passphrase: Self.secret) }.contains("has no MAC"))
  }

  @Test(arguments: [
    ["-legacy"], ["-legacy", "-certpbe", "PBE-SHA1-3DES"],
    ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "SHA1"],
    ["-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC", "-macalg", "SHA256"],
    ["-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC", "-macalg", "SHA512"],
  ])
  func opensEveryCipher(_ options: [String]) throws {
    let samples = try Self.samples()
    try samples.p12("a", of: "push", options)
    let certificate = try PushCertificate(p12: try samples.bytes("a.p12"), passphrase: Self.secret)
    #expect(certificate.facts.bundleID == "com.example.chat")
    #expect(certificate.certificateChain == [try samples.bytes("push.cer")])
    try samples.write("out.der", certificate.privateKey)
    let key = try samples.openssl("pkey", "-inform", "DER", "-in", "out.der", "-pubout")
    #expect(key == (try samples.openssl("x509", "-in", "push.crt", "-noout", "-pubkey")))
  }

  @Test func noPassphraseAndAnEmptyOneAreTheSame() throws {
    let samples = try Self.samples()
    for options in [[], ["-legacy"]] {
      try samples.p12("a", of: "push", passphrase: "", options)
      let bytes = try samples.bytes("a.p12")
      #expect(!CredentialKind.needsPassphrase(bytes))
      for passphrase in [nil, []] as [[UInt8]?] {
        #expect(try PushCertificate(p12: bytes, passphrase: passphrase).certificateChain.count == 1)
      }
    }
  }

  @Test func aChainComesLeafFirst() throws {
    let samples = try CredentialSamples()
    try samples.certificate("root", extensions: [], subject: "/CN=Root")
    try samples.certificate("middle", extensions: [], subject: "/CN=Middle", signer: "root")
    try samples.certificate("stranger", extensions: [], subject: "/CN=Stranger")
    try samples.certificate("push", extensions: [CredentialSamples.production], signer: "middle")
    try samples.write(
      "chain.pem", try samples.bytes("stranger.crt") + samples.bytes("root.crt") + samples.bytes("middle.crt")
    )
    try samples.p12("a", of: "push", ["-certfile", "chain.pem"])
    let certificate = try PushCertificate(p12: try samples.bytes("a.p12"), passphrase: Self.secret)
    let names = try certificate.certificateChain.map { try CertificateFacts(der: $0).commonName }
    #expect(names == ["Apple Push Services: com.example.chat", "Middle", "Root"])
    let pem = try samples.bytes("chain.pem") + samples.bytes("push.key") + samples.bytes("push.crt")
    #expect(try PushCertificate(pem: pem).certificateChain == certificate.certificateChain)
  }

  @Test func everyBadFileHasItsSentence() throws {
    let samples = try Self.samples()
    try samples.p12("a", of: "push")
    let good = try samples.bytes("a.p12")
    #expect(CredentialKind.needsPassphrase(good))
    #expect(
      Self.sentence { try PushCertificate(p12: good, passphrase: Array("wrong".utf8)) }
        .hasPrefix("the passphrase does not open the .p12; "))
    for passphrase in [nil, []] as [[UInt8]?] {
      #expect(
        Self.sentence { try PushCertificate(p12: good, passphrase: passphrase) }
          .hasPrefix("the .p12 is protected by a passphrase; "))
    }
    #expect(Self.sentence { try PushCertificate(p12: good, passphrase: [65, 0]) }.contains("a byte of zero"))
    try samples.p12("keyless", of: "push", ["-nokeys"])
    #expect(
      Self.sentence { try PushCertificate(p12: try samples.bytes("keyless.p12"), passphrase: Self.secret) }
        .hasPrefix("there is no private key in the .p12; "))
    try samples.p12("bare", of: "push", ["-nocerts"])
    #expect(
      Self.sentence { try PushCertificate(p12: try samples.bytes("bare.p12"), passphrase: Self.secret) }
        .hasPrefix("there is no certificate in it; "))
    try samples.certificate("other", extensions: [])
    try samples.p12("mixed", of: "other", ["-nocerts"])
    #expect(
      Self.sentence {
        try PushCertificate(pem: try samples.bytes("other.key") + samples.bytes("push.crt"))
      }.hasPrefix("the private key does not match the certificate; "))
    #expect(Self.sentence { try PushCertificate(p12: [], passphrase: nil) }.contains("no .p12"))
    #expect(
      Self.sentence { try PushCertificate(p12: good + [0], passphrase: nil) }.contains("behind its end"))
    #expect(
      Self.sentence { try PushCertificate(p12: try samples.bytes("push.cer"), passphrase: nil) }
        .contains("no .p12"))
    #expect(
      Self.sentence { try PushCertificate(pem: try samples.bytes("push.crt")) }.hasPrefix(
        "there is no private key"))
    #expect(
      Self.sentence { try PushCertificate(pem: try samples.bytes("push.key")) }.hasPrefix(
        "there is no certificate"))
    for end in stride(from: 0, to: good.count, by: 37) {
      #expect(
        Self.sentence { try PushCertificate(p12: Array(good[..<end]), passphrase: Self.secret) } != "taken")
    }
  }

  /// A file must not keep the program busy for hours: neither by its MAC nor by one of its ciphers.
  @Test func moreRoundsThanAnybodyWritesAreRefused() throws {
    let samples = try Self.samples()
    try samples.p12("a", of: "push", ["-iter", "65537"])
    let bytes = try samples.bytes("a.p12")
    #expect(throws: Never.self) { try PushCertificate(p12: bytes, passphrase: Self.secret) }
    // Three bytes of an INTEGER, 0x010001, become 0xFF0001.
    let count: [UInt8] = [0x02, 0x03, 0x01, 0x00, 0x01]
    let places = (0...bytes.count - 5).filter { Array(bytes[$0..<$0 + 5]) == count }
    // The MAC's, the certificates' and the key's, where the public exponent of neither is in clear.
    #expect(places.count == 3)
    for place in places {
      var other = bytes
      other.replaceSubrange(place..<place + 5, with: [0x02, 0x03, 0xFF, 0x00, 0x01])
      #expect(
        Self.sentence { try PushCertificate(p12: other, passphrase: Self.secret) }
          .contains("rounds of key derivation"))
      #expect(!CredentialKind.needsPassphrase(other))
    }
  }

  @Test func anEncryptedKeyOfAPEMTextOpensWithItsPassphrase() throws {
    let samples = try Self.samples()
    try samples.openssl("pkcs8", "-topk8", "-in", "push.key", "-out", "new.key", "-passout", "pass:secret")
    for cipher in ["aes128", "aes256", "des3"] {
      try samples.openssl(
        "rsa", "-in", "push.key", "-\(cipher)", "-traditional", "-out", "\(cipher).key", "-passout",
        "pass:secret")
    }
    for name in ["new.key", "aes128.key", "aes256.key", "des3.key"] {
      let pem = try samples.bytes(name) + samples.bytes("push.crt")
      #expect(CredentialKind.needsPassphrase(pem))
      // Also where the line breaks are lost.
      for text in [pem, pem.map { $0 == 0x0A ? 0x20 : $0 }] {
        let certificate = try PushCertificate(pem: text, passphrase: Self.secret)
        #expect(certificate.certificateChain == [try samples.bytes("push.cer")])
        try samples.write("out.der", certificate.privateKey)
        let key = try samples.openssl("pkey", "-inform", "DER", "-in", "out.der", "-pubout")
        #expect(key == (try samples.openssl("x509", "-in", "push.crt", "-noout", "-pubkey")))
      }
      #expect(Self.sentence { try PushCertificate(pem: pem) }.hasPrefix("the private key is encrypted; "))
      #expect(
        Self.sentence { try PushCertificate(pem: pem, passphrase: Array("Secret".utf8)) }
          .hasPrefix("the passphrase does not open the private key; "))
    }
  }

  /// OpenSSL before 1.1 made a character of each byte: its "pässwort" is this one's "pÃ¤sswort".
  @Test(arguments: [
    ["-legacy"], ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "SHA1"],
  ])
  func opensWhatOldOpenSSLMadeOfAPassphrase(_ options: [String]) throws {
    let samples = try Self.samples()
    try samples.p12("old", of: "push", passphrase: "p\u{C3}\u{A4}sswort", options)
    try samples.p12("new", of: "push", passphrase: "p\u{E4}sswort", options)
    for name in ["old", "new"] {
      let certificate = try PushCertificate(
        p12: try samples.bytes("\(name).p12"), passphrase: Array("p\u{E4}sswort".utf8))
      #expect(certificate.facts.bundleID == "com.example.chat")
    }
  }

  /// RFC 9579; openssl computes the key and the MAC.
  @Test(arguments: [("SHA256", 9), ("SHA512", 11), ("SHA1", 7)])
  func opensAFileWithPBMAC1(_ digest: String, _ number: UInt8) throws {
    let samples = try Self.samples()
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
    let certificate = try PushCertificate(p12: file, passphrase: Self.secret)
    #expect(certificate.certificateChain == [try samples.bytes("push.cer")])
    #expect(
      Self.sentence { try PushCertificate(p12: file, passphrase: Array("Secret".utf8)) }
        .hasPrefix("the passphrase does not open the .p12; "))
    var changed = file
    changed[file.count - 10] ^= 1
    #expect(
      Self.sentence { try PushCertificate(p12: changed, passphrase: Self.secret) }
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

  @Test func itsDescriptionTellsNothingSecret() throws {
    let samples = try Self.samples()
    let certificate = try PushCertificate(pem: try samples.bytes("push.key") + samples.bytes("push.crt"))
    #expect(
      "\(certificate)"
        == "PushCertificate(Apple Push Services: com.example.chat, \(certificate.facts.fingerprint))")
  }
}
