import APNsCredentials
import CredentialSamples
import Testing

/// P12 files of every cipher, and damaged ones.
struct PKCS12FileTests {
  @Test func aFileWithoutMACIsRefused() throws {
    let samples = try PushFiles.samples()
    try samples.p12("a", of: "push", ["-nomac"])
    let bytes = try samples.bytes("a.p12")
    #expect(
      PushFiles.sentence { try PushCertificate(p12: bytes, passphrase: PushFiles.secret) }.contains(
        "has no MAC"))
  }

  @Test(arguments: [
    ["-legacy"], ["-legacy", "-certpbe", "PBE-SHA1-3DES"],
    ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "SHA1"],
    ["-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC", "-macalg", "SHA256"],
    ["-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC", "-macalg", "SHA512"],
  ])
  func opensEveryCipher(_ options: [String]) throws {
    let samples = try PushFiles.samples()
    try samples.p12("a", of: "push", options)
    let certificate = try PushCertificate(p12: try samples.bytes("a.p12"), passphrase: PushFiles.secret)
    #expect(certificate.facts.bundleID == "com.example.chat")
    #expect(certificate.certificateChain == [try samples.bytes("push.cer")])
    try samples.write("out.der", certificate.privateKey)
    let key = try samples.openssl("pkey", "-inform", "DER", "-in", "out.der", "-pubout")
    #expect(key == (try samples.openssl("x509", "-in", "push.crt", "-noout", "-pubkey")))
  }

  @Test func noPassphraseAndAnEmptyOneAreTheSame() throws {
    let samples = try PushFiles.samples()
    for options in [[], ["-legacy"]] {
      try samples.p12("a", of: "push", passphrase: "", options)
      let bytes = try samples.bytes("a.p12")
      #expect(!CredentialKind.needsPassphrase(bytes))
      for passphrase in [nil, []] as [[UInt8]?] {
        #expect(try PushCertificate(p12: bytes, passphrase: passphrase).certificateChain.count == 1)
      }
    }
  }

  /// OpenSSL before 1.1 made a character of each byte: its "pässwort" is this one's "pÃ¤sswort".
  @Test(arguments: [
    ["-legacy"], ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "SHA1"],
  ])
  func opensWhatOldOpenSSLMadeOfAPassphrase(_ options: [String]) throws {
    let samples = try PushFiles.samples()
    try samples.p12("old", of: "push", passphrase: "p\u{C3}\u{A4}sswort", options)
    try samples.p12("new", of: "push", passphrase: "p\u{E4}sswort", options)
    for name in ["old", "new"] {
      let certificate = try PushCertificate(
        p12: try samples.bytes("\(name).p12"), passphrase: Array("p\u{E4}sswort".utf8))
      #expect(certificate.facts.bundleID == "com.example.chat")
    }
  }
}
