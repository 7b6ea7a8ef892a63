import APNsCredentials
import APNsProtocol
import ClientKeys
import FrontDoor
import NotificationModel
import Testing

/// Client certificates, whose chain TLS has verified.
struct DoorCertificateTests {
  /// Apple's mark for production, as its own certificates have it.
  private static let production = (identifier: "1.2.840.113635.100.6.3.2", content: [0x05, 0x00] as [UInt8])
  private static let day: Int64 = 86_400
  private static let start = DoorSample.issued / 1000

  private static func certificate(
    bundleID: String? = nil, extensions: [(identifier: String, content: [UInt8])] = [], days: Int64 = 1
  ) throws -> DoorCertificate {
    let validity = start - 30 * day..<start + days * day
    let authority = try CertificateAuthority(commonName: "Clients", validity: validity)
    var request = CertificateAuthority.Request(commonName: "Client", validity: validity)
    request.bundleID = bundleID
    request.extensions = extensions
    return try DoorCertificate(der: try authority.issue(request).certificate)
  }

  private static func said(
    _ certificate: DoorCertificate, _ grant: KeyGrant? = nil, topic: String? = "com.example.app",
    authorization: String? = nil, environment: PushEnvironment = .production
  ) throws -> String {
    var sample = try DoorSample(certificates: grant.map { [certificate.fingerprint: $0] } ?? [:])
    sample.standing = ConnectionStanding(certificate: certificate)
    return sample.said(authorization, topic: topic, environment: environment)
  }

  @Test func anUnknownCertificateIsRefused() throws {
    for certificate in [
      try Self.certificate(), try Self.certificate(bundleID: "com.example.app"),
    ] {
      #expect(try Self.said(certificate) == "403 BadCertificate")
      // A token beside it does not help, as at APNs.
      #expect(
        try Self.said(certificate, authorization: "bearer " + ThirdPartyTokens.pyJWT) == "403 BadCertificate")
    }
  }

  @Test func theConfigurationNamesTopicsByFingerprint() throws {
    let certificate = try Self.certificate()
    let grant = KeyGrant(topics: .apps(["com.example.app"]), environments: [.production])
    #expect(try Self.said(certificate, grant) == "200")
    #expect(try Self.said(certificate, grant, topic: "com.example.app.voip") == "200")
    #expect(try Self.said(certificate, grant, topic: nil) == "200")
    #expect(try Self.said(certificate, grant, topic: "com.example.own") == "400 TopicDisallowed")
    #expect(try Self.said(certificate, grant, environment: .sandbox) == "403 BadCertificateEnvironment")
    let two = KeyGrant(topics: .apps(["com.example.app", "com.example.own"]))
    #expect(try Self.said(certificate, two, topic: nil) == "400 MissingTopic")
    #expect(try Self.said(certificate, two, topic: "com.example.own") == "200")
    let expired = try Self.certificate(days: 0)
    #expect(try Self.said(expired, grant) == "403 BadCertificate")
  }

  @Test func aCertificateOfApplesKindNamesItsOwn() throws {
    let certificate = try Self.certificate(bundleID: "com.example.app", extensions: [Self.production])
    #expect(try Self.said(certificate) == "200")
    #expect(try Self.said(certificate, topic: nil) == "200")
    #expect(try Self.said(certificate, topic: "com.example.app.voip") == "400 TopicDisallowed")
    #expect(try Self.said(certificate, topic: "com.example.own") == "400 TopicDisallowed")
    #expect(try Self.said(certificate, environment: .sandbox) == "403 BadCertificateEnvironment")
    // What the operator writes down narrows it.
    let grant = KeyGrant(topics: .apps(["com.example.own"]))
    #expect(try Self.said(certificate, grant) == "400 TopicDisallowed")
  }

  @Test func ratesAreOfCertificates() throws {
    let certificate = try Self.certificate()
    let grant = KeyGrant(topics: .apps(["com.example.app"]), rate: KeyRate(perSecond: 1))
    var sample = try DoorSample(certificates: [certificate.fingerprint: grant])
    sample.standing = ConnectionStanding(certificate: certificate)
    #expect(sample.said(nil) == "200" && sample.said(nil) == "429 TooManyRequests")
    sample.gate.replace(keys: [])
    #expect(sample.said(nil) == "429 TooManyRequests")
  }

  @Test func whatIsNoCertificateCannotBeRead() {
    for der in [[], [0x30], Array("-----BEGIN CERTIFICATE-----".utf8)] as [[UInt8]] {
      #expect(throws: CredentialError.self) { try DoorCertificate(der: der) }
    }
  }
}
