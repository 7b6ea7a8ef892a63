import APNsCredentials
import CredentialSamples
import Foundation
import Testing

/// From a request to a P12, as `openssl` sees it.
struct CertificateRequestTests {
  @Test func openSSLVerifiesTheRequest() throws {
    let samples = try CredentialSamples()
    try CertificateRequest(commonName: "Chät", email: "ops@example.com").write(prefix: samples.path("chat"))
    let text = try samples.openssl("req", "-in", "chat.csr", "-verify", "-noout", "-text", "-nameopt", "utf8")
    #expect(text.contains("verify OK"))
    #expect(text.contains("emailAddress=ops@example.com, CN=Chät"))
    #expect(text.contains("(2048 bit)") && text.contains("sha256WithRSAEncryption"))
    #expect(try samples.openssl("pkey", "-in", "chat.key", "-check", "-noout").contains("Key is valid"))
    let mode =
      try FileManager.default.attributesOfItem(atPath: samples.path("chat.key"))[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(
      String(decoding: try samples.bytes("chat.key"), as: UTF8.self).hasPrefix(
        "-----BEGIN PRIVATE KEY-----\n"))
  }

  @Test func nothingIsWrittenOver() throws {
    let samples = try CredentialSamples()
    let request = try CertificateRequest(commonName: "a")
    try samples.write("b.csr", "x")
    #expect(throws: CredentialError.self) { try request.write(prefix: samples.path("b")) }
    #expect(!FileManager.default.fileExists(atPath: samples.path("b.key")))
    try samples.write("c.key", "x")
    #expect(throws: CredentialError.self) { try request.write(prefix: samples.path("c")) }
    #expect(try samples.bytes("c.key") == Array("x".utf8))
    #expect(throws: CredentialError.self) { try request.write(prefix: samples.path("none/c")) }
  }

  @Test(
    arguments: [("", nil), (String(repeating: "a", count: 65), nil), ("a\nb", nil), ("a", ""), ("a", "ä@b")]
      as [(String, String?)])
  func whatNoRequestMaySayIsRefused(_ name: String, _ email: String?) {
    #expect(throws: CredentialError.self) { try CertificateRequest(commonName: name, email: email) }
  }

  @Test(arguments: [PKCS12Writer.Form.modern, .tripleDES])
  func openSSLOpensTheP12(_ form: PKCS12Writer.Form) throws {
    let samples = try CredentialSamples()
    try samples.certificate("signer", extensions: [], subject: "/CN=Signer")
    try samples.certificate("push", extensions: [CredentialSamples.production], signer: "signer")
    for certificate in ["push.cer", "push.crt"] {
      let writer = try PKCS12Writer(
        key: try samples.bytes("push.key"),
        certificates: [try samples.bytes("signer.crt"), try samples.bytes(certificate)])
      let bytes = try writer.bytes(passphrase: Array("päss".utf8), form: form)
      try samples.write("out.p12", bytes)
      let info = try samples.openssl("pkcs12", "-in", "out.p12", "-passin", "pass:päss", "-nodes", "-info")
      #expect(info.contains(form == .modern ? "AES-256-CBC" : "pbeWithSHA1And3-KeyTripleDES-CBC"))
      #expect(info.contains("MAC: \(form == .modern ? "sha256" : "sha1"), "))
      #expect(info.contains("friendlyName: Apple Push Services: com.example.chat"))
      #expect(info.components(separatedBy: "BEGIN CERTIFICATE").count == 3)
      let read = try PushCertificate(p12: bytes, passphrase: Array("päss".utf8))
      #expect(read.certificateChain.count == 2)
    }
  }

  @Test func aKeyOfAnotherCertificateIsRefused() throws {
    let samples = try CredentialSamples()
    try samples.certificate("a", extensions: [])
    try samples.certificate("b", extensions: [])
    #expect(
      throws: CredentialError(
        "the private key does not match the certificate; use the key that the certificate was requested with")
    ) { try PKCS12Writer(key: try samples.bytes("b.key"), certificates: [try samples.bytes("a.cer")]) }
    #expect(throws: CredentialError.self) {
      try PKCS12Writer(key: [], certificates: [try samples.bytes("a.cer")])
    }
    #expect(throws: CredentialError.self) {
      try PKCS12Writer(key: try samples.bytes("a.key"), certificates: [])
    }
    #expect(throws: CredentialError.self) {
      try PKCS12Writer(key: try samples.bytes("a.key"), certificates: [[1, 2]])
    }
  }
}
