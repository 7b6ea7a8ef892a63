import APNsCredentials
import CredentialSamples
import Foundation
import Testing

/// P12 files and PEM texts.
struct PushCertificateTests {
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
    let certificate = try PushCertificate(p12: try samples.bytes("a.p12"), passphrase: PushFiles.secret)
    let names = try certificate.certificateChain.map { try CertificateFacts(der: $0).commonName }
    #expect(names == ["Apple Push Services: com.example.chat", "Middle", "Root"])
    let pem = try samples.bytes("chain.pem") + samples.bytes("push.key") + samples.bytes("push.crt")
    #expect(try PushCertificate(pem: pem).certificateChain == certificate.certificateChain)
  }

  @Test func everyBadFileHasItsSentence() throws {
    let samples = try PushFiles.samples()
    try samples.p12("a", of: "push")
    let good = try samples.bytes("a.p12")
    #expect(CredentialKind.needsPassphrase(good))
    #expect(
      PushFiles.sentence { try PushCertificate(p12: good, passphrase: Array("wrong".utf8)) }
        .hasPrefix("the passphrase does not open the .p12; "))
    for passphrase in [nil, []] as [[UInt8]?] {
      #expect(
        PushFiles.sentence { try PushCertificate(p12: good, passphrase: passphrase) }
          .hasPrefix("the .p12 is protected by a passphrase; "))
    }
    #expect(
      PushFiles.sentence { try PushCertificate(p12: good, passphrase: [65, 0]) }.contains("a byte of zero"))
    try samples.p12("keyless", of: "push", ["-nokeys"])
    #expect(
      PushFiles.sentence {
        try PushCertificate(p12: try samples.bytes("keyless.p12"), passphrase: PushFiles.secret)
      }
      .hasPrefix("there is no private key in the .p12; "))
    try samples.p12("bare", of: "push", ["-nocerts"])
    #expect(
      PushFiles.sentence {
        try PushCertificate(p12: try samples.bytes("bare.p12"), passphrase: PushFiles.secret)
      }
      .hasPrefix("there is no certificate in it; "))
    try samples.certificate("other", extensions: [])
    try samples.p12("mixed", of: "other", ["-nocerts"])
    #expect(
      PushFiles.sentence {
        try PushCertificate(pem: try samples.bytes("other.key") + samples.bytes("push.crt"))
      }.hasPrefix("the private key does not match the certificate; "))
    #expect(PushFiles.sentence { try PushCertificate(p12: [], passphrase: nil) }.contains("no .p12"))
    #expect(
      PushFiles.sentence { try PushCertificate(p12: good + [0], passphrase: nil) }.contains("behind its end"))
    #expect(
      PushFiles.sentence { try PushCertificate(p12: try samples.bytes("push.cer"), passphrase: nil) }
        .contains("no .p12"))
    #expect(
      PushFiles.sentence { try PushCertificate(pem: try samples.bytes("push.crt")) }.hasPrefix(
        "there is no private key"))
    #expect(
      PushFiles.sentence { try PushCertificate(pem: try samples.bytes("push.key")) }.hasPrefix(
        "there is no certificate"))
    for end in stride(from: 0, to: good.count, by: 37) {
      #expect(
        PushFiles.sentence { try PushCertificate(p12: Array(good[..<end]), passphrase: PushFiles.secret) }
          != "taken")
    }
  }

  @Test func anEncryptedKeyOfAPEMTextOpensWithItsPassphrase() throws {
    let samples = try PushFiles.samples()
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
        let certificate = try PushCertificate(pem: text, passphrase: PushFiles.secret)
        #expect(certificate.certificateChain == [try samples.bytes("push.cer")])
        try samples.write("out.der", certificate.privateKey)
        let key = try samples.openssl("pkey", "-inform", "DER", "-in", "out.der", "-pubout")
        #expect(key == (try samples.openssl("x509", "-in", "push.crt", "-noout", "-pubkey")))
      }
      #expect(
        PushFiles.sentence { try PushCertificate(pem: pem) }.hasPrefix("the private key is encrypted; "))
      #expect(
        PushFiles.sentence { try PushCertificate(pem: pem, passphrase: Array("Secret".utf8)) }
          .hasPrefix("the passphrase does not open the private key; "))
    }
  }

  @Test func itsDescriptionTellsNothingSecret() throws {
    let samples = try PushFiles.samples()
    let certificate = try PushCertificate(pem: try samples.bytes("push.key") + samples.bytes("push.crt"))
    #expect(
      "\(certificate)"
        == "PushCertificate(Apple Push Services: com.example.chat, \(certificate.facts.fingerprint))")
  }
}
