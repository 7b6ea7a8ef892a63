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
      #expect(!PushCertificate.needsPassphrase(p12: bytes))
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
    #expect(PushCertificate.needsPassphrase(p12: good))
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
      #expect(!PushCertificate.needsPassphrase(p12: other))
    }
  }

  @Test func anEncryptedKeyOfAPEMTextIsRefused() throws {
    let samples = try Self.samples()
    try samples.openssl("pkcs8", "-topk8", "-in", "push.key", "-out", "new.key", "-passout", "pass:x")
    try samples.openssl(
      "rsa", "-in", "push.key", "-aes128", "-traditional", "-out", "old.key", "-passout", "pass:x")
    for name in ["new.key", "old.key"] {
      #expect(
        Self.sentence { try PushCertificate(pem: try samples.bytes(name) + samples.bytes("push.crt")) }
          .hasPrefix("the private key is encrypted; "))
    }
  }

  @Test func itsDescriptionTellsNothingSecret() throws {
    let samples = try Self.samples()
    let certificate = try PushCertificate(pem: try samples.bytes("push.key") + samples.bytes("push.crt"))
    #expect(
      "\(certificate)"
        == "PushCertificate(Apple Push Services: com.example.chat, \(certificate.facts.fingerprint))")
  }
}
