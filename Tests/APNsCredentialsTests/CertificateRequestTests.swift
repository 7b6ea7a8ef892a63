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
}
