import APNsCredentials
import Applications
import CredentialSamples
import Foundation
import NotificationModel
import Testing

/// The rules of applications and environments.
struct CredentialTests {
  private static func certificate(_ extensions: [String]) throws -> PushCertificate {
    let samples = try CredentialSamples()
    try samples.certificate("a", extensions: extensions)
    return try PushCertificate(pem: try samples.bytes("a.key") + samples.bytes("a.crt"))
  }

  private static func key() throws -> SigningKey {
    let samples = try CredentialSamples()
    try samples.signingKey("a")
    return try SigningKey(p8: try samples.bytes("a.p8"))
  }

  /// The environments, or what the sentence says of the cause.
  private static func outcome(
    _ certificate: PushCertificate, _ application: ApplicationKind, _ choice: PushEnvironment?
  ) -> String {
    do throws(CredentialError) {
      let credential = try Credential(
        name: "a", secret: .certificate(certificate), application: application, environment: choice)
      return credential.environments.map(\.rawValue).sorted().joined(separator: "+")
    } catch {
      #expect(error.message.contains("; "))
      return error.message
    }
  }

  @Test func aSandboxCertificateServesTheSandboxOnly() throws {
    let certificate = try Self.certificate([CredentialSamples.sandbox])
    #expect(Self.outcome(certificate, .development, nil) == "sandbox")
    #expect(Self.outcome(certificate, .development, .sandbox) == "sandbox")
    #expect(
      Self.outcome(certificate, .development, .production).hasPrefix("the certificate is for sandbox only"))
    #expect(Self.outcome(certificate, .production, nil).hasPrefix("a sandbox certificate does not serve"))
  }

  @Test func aUniversalCertificateServesOneEnvironmentAtATime() throws {
    let certificate = try Self.certificate([CredentialSamples.sandbox, CredentialSamples.production])
    #expect(Self.outcome(certificate, .production, nil) == "production")
    #expect(Self.outcome(certificate, .production, .production) == "production")
    #expect(
      Self.outcome(certificate, .production, .sandbox).hasPrefix(
        "an application in production pushes to production"))
    #expect(Self.outcome(certificate, .development, nil).contains("say which with --environment sandbox"))
    #expect(Self.outcome(certificate, .development, .sandbox) == "sandbox")
    #expect(Self.outcome(certificate, .development, .production) == "production")
  }

  @Test func aProductionCertificateServesProductionOnly() throws {
    let certificate = try Self.certificate([CredentialSamples.production])
    #expect(Self.outcome(certificate, .production, nil) == "production")
    #expect(Self.outcome(certificate, .development, nil) == "production")
    #expect(
      Self.outcome(certificate, .development, .sandbox).hasPrefix("the certificate is for production only"))
  }

  @Test func aCertificateWithoutTheExtensionsServesNothing() throws {
    let certificate = try Self.certificate([])
    #expect(Self.outcome(certificate, .development, nil).hasPrefix("the certificate is none for pushes"))
  }

  @Test func aKeyServesAnyAppOfItsTeam() throws {
    let secret = Credential.Secret.key(try Self.key(), keyID: "ABC123DEFG", teamID: "DEF123GHIJ")
    let any = try Credential(name: "a", secret: secret, application: .production)
    #expect(any.serves(topic: "com.example.chat", environment: .production))
    #expect(any.serves(topic: "com.example.chat", environment: .sandbox))
    #expect(!any.serves(topic: nil, environment: .production))
    let one = try Credential(
      name: "a", secret: secret, bundleIDs: ["com.example.chat"], application: .production,
      environment: .sandbox)
    #expect(one.serves(topic: "com.example.chat.push-type.liveactivity", environment: .sandbox))
    #expect(one.serves(topic: nil, environment: .sandbox))
    #expect(!one.serves(topic: "com.example.chat", environment: .production))
    #expect(!one.serves(topic: "com.example.chatter", environment: .sandbox))
    #expect(!one.serves(topic: "com.example", environment: .sandbox))
    for (keyID, teamID) in [("abc123defg", "DEF123GHIJ"), ("ABC123DEFG", ""), ("ABC123DEFGH", "DEF123GHIJ")] {
      #expect(throws: CredentialError.self) {
        try Credential(
          name: "a", secret: .key(try Self.key(), keyID: keyID, teamID: teamID), application: .production)
      }
    }
  }

  @Test func aCertificateServesItsTopics() throws {
    let certificate = try Self.certificate([CredentialSamples.production, CredentialSamples.topics])
    let secret = Credential.Secret.certificate(certificate)
    let credential = try Credential(name: "a", secret: secret, application: .production)
    #expect(credential.topics == ["com.example.chat"])
    for topic in ["com.example.chat", "com.example.chat.voip", "com.example.chat.complication", nil] {
      #expect(credential.serves(topic: topic, environment: .production))
      #expect(!credential.serves(topic: topic, environment: .sandbox))
    }
    #expect(!credential.serves(topic: "com.example.other", environment: .production))
    let voip = try Credential(
      name: "a", secret: secret, bundleIDs: ["com.example.chat.voip"], application: .production)
    #expect(voip.serves(topic: "com.example.chat.voip", environment: .production))
    #expect(!voip.serves(topic: "com.example.chat", environment: .production))
    #expect(
      throws: CredentialError(
        "the certificate is not for the bundle id 'com.example.x', but for com.example.chat, com.example.chat.voip; fix --bundle-id"
      )
    ) { try Credential(name: "a", secret: secret, bundleIDs: ["com.example.x"], application: .production) }
  }
}
