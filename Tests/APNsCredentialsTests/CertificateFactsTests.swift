import APNsCredentials
import CredentialSamples
import Foundation
import NotificationModel
import Testing

/// What certificates say.
struct CertificateFactsTests {
  @Test func theSubjectNamesTheAppAndTheTeam() throws {
    let samples = try CredentialSamples()
    try samples.certificate("a", extensions: [CredentialSamples.production])
    let facts = try CertificateFacts(der: try samples.bytes("a.cer"))
    #expect(facts.commonName == "Apple Push Services: com.example.chat")
    #expect(facts.bundleID == "com.example.chat")
    #expect(facts.teamID == "DEF123GHIJ")
    #expect(facts.topics == [.init(name: "com.example.chat", kinds: [])])
    #expect(facts.notAfter - facts.notBefore == 366 * 86_400)
    let fingerprint = try samples.openssl("x509", "-in", "a.crt", "-noout", "-fingerprint", "-sha256")
    #expect(
      facts.fingerprint
        == fingerprint.split(separator: "=").last.map { $0.filter(\.isHexDigit).lowercased() })
  }

  @Test func theExtensionsSayTheEnvironmentAndTheNameDoesNot() throws {
    let name = "/UID=com.example.chat/CN=Apple Production IOS Push Services: com.example.chat"
    #expect(try PushFiles.facts([CredentialSamples.sandbox], subject: name).environments == [.sandbox])
    #expect(try PushFiles.facts([CredentialSamples.production]).environments == [.production])
    let both = try PushFiles.facts([CredentialSamples.sandbox, CredentialSamples.production])
    #expect(both.environments == [.sandbox, .production])
    #expect(both.isUniversal)
    #expect(try PushFiles.facts([], subject: name).environments == [])
  }

  @Test func topicsAreThoseOfTheList() throws {
    let facts = try PushFiles.facts([CredentialSamples.production, CredentialSamples.topics])
    #expect(
      facts.topics == [
        .init(name: "com.example.chat", kinds: ["app"]),
        .init(name: "com.example.chat.voip", kinds: ["voip"]),
      ])
    let voip = try PushFiles.facts(
      [CredentialSamples.production, "1.2.840.113635.100.6.3.4 = ASN1:NULL"],
      subject: "/UID=com.example.chat/CN=VoIP Services: com.example.chat")
    #expect(voip.topics == [.init(name: "com.example.chat.voip", kinds: ["voip"])])
    let list = try PushFiles.facts([
      CredentialSamples.production, "1.2.840.113635.100.6.3.4 = ASN1:SEQUENCE:topics",
    ])
    #expect(list.topics.map(\.name) == ["com.example.chat", "com.example.chat.voip"])
  }

  @Test func aListOfTopicsThatIsNoneIsAnError() throws {
    #expect(
      throws: CredentialError("the certificate's list of topics cannot be read; download the .cer anew")
    ) {
      try PushFiles.facts(["1.2.840.113635.100.6.3.6 = ASN1:INTEGER:1"])
    }
    #expect(throws: CredentialError.self) { try PushFiles.facts(["1.2.840.113635.100.6.3.6 = DER:30820005"]) }
    #expect(throws: CredentialError.self) {
      try PushFiles.facts(["1.2.840.113635.100.6.3.6 = DER:3003300100"])
    }
  }

  @Test func anythingElseIsNoCertificate() throws {
    for bytes in [
      [], [0x30], [UInt8](repeating: 0x30, count: 5000), Array("-----BEGIN CERTIFICATE-----".utf8),
    ] {
      #expect(throws: CredentialError("this is no certificate (X.509, DER); download the .cer anew")) {
        try CertificateFacts(der: bytes)
      }
    }
    let samples = try CredentialSamples()
    try samples.certificate("a", extensions: [])
    let der = try samples.bytes("a.cer")
    #expect(throws: CredentialError.self) { try CertificateFacts(der: der + [0]) }
    for end in stride(from: 0, to: der.count, by: 13) {
      #expect(throws: CredentialError.self) { try CertificateFacts(der: Array(der[..<end])) }
    }
  }
}
