import APNsCredentials
import CredentialSamples
import Foundation
import Testing

/// Written P12 files, as `openssl` reads them.
struct PKCS12WriterTests {
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
