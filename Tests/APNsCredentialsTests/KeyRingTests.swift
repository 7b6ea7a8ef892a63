import APNsCredentials
import Applications
import CredentialSamples
import NotificationModel
import Testing

/// Files with several keys and certificates.
struct KeyRingTests {
  private static let secret = Array("secret".utf8)
  private static let app = "/UID=com.example.chat/CN=Apple Push Services: com.example.chat"

  /// A push certificate, an expired one of the same key, one to sign apps with, a key without a certificate, and one of
  /// another app.
  private static func samples() throws -> CredentialSamples {
    let samples = try CredentialSamples()
    let extensions = [CredentialSamples.sandbox, CredentialSamples.production, CredentialSamples.topics]
    try samples.certificate("push", extensions: extensions, days: -30...335)
    for name in ["old", "newer", "future"] {
      try samples.write("\(name).key", try samples.bytes("push.key"))
    }
    try samples.certificate("old", extensions: extensions, days: -400 ... -35, request: "push.csr")
    try samples.certificate("newer", extensions: extensions, days: -1...364, request: "push.csr")
    try samples.certificate("future", extensions: extensions, days: 20...385, request: "push.csr")
    try samples.certificate("signing", extensions: [], subject: "/UID=DEF123GHIJ/CN=iPhone Distribution: A")
    try samples.certificate("bare", extensions: [], subject: "/CN=Bare")
    try samples.certificate(
      "other", extensions: [CredentialSamples.production], subject: "/UID=com.example.mail/CN=Mail")
    try samples.certificate("sandbox", extensions: [CredentialSamples.sandbox], subject: Self.app)
    return samples
  }

  /// Reads a P12 and a PEM text of the same parts.
  private static func chosen(
    _ parts: [IdentityFile.Part], _ samples: CredentialSamples, _ use: CertificateUse = CertificateUse()
  ) throws -> [Result<PushCertificate, any Error>] {
    var pem: [UInt8] = []
    for part in parts {
      switch part {
      case .certificate(let name): pem += try samples.bytes("\(name).crt")
      case .key(let name): pem += try samples.bytes("\(name).key")
      }
    }
    let p12 = try IdentityFile(parts, in: samples).bytes
    return [
      Result { try PushCertificate(p12: p12, passphrase: secret, use: use) },
      Result { try PushCertificate(pem: pem, use: use) },
    ]
  }

  /// Each order of the parts, up to 24 of them.
  private static func orders(_ parts: [IdentityFile.Part]) -> [[IdentityFile.Part]] {
    guard parts.count > 1 else { return [parts] }
    return parts.indices.flatMap { first in
      var rest = parts
      let part = rest.remove(at: first)
      return orders(rest).map { [part] + $0 }
    }
  }

  @Test func thePushCertificateIsTakenInAnyOrder() throws {
    let samples = try Self.samples()
    let parts: [IdentityFile.Part] = [
      .certificate("signing"), .certificate("push"), .key("signing"), .key("push"),
    ]
    for order in Self.orders(parts) {
      for result in try Self.chosen(order, samples) {
        let certificate = try result.get()
        #expect(certificate.certificateChain[0] == (try samples.bytes("push.cer")))
        #expect(certificate.others == ["'iPhone Distribution: A' (is none for pushes)"])
      }
    }
  }

  @Test func theNewestThatIsValidIsTaken() throws {
    let samples = try Self.samples()
    let parts: [IdentityFile.Part] = [.certificate("old"), .certificate("newer"), .certificate("push")]
    for order in Self.orders(parts) {
      for result in try Self.chosen(order + [.certificate("future"), .key("bare"), .key("push")], samples) {
        let certificate = try result.get()
        #expect(certificate.certificateChain[0] == (try samples.bytes("newer.cer")))
        #expect(certificate.others.count == 3)
      }
    }
  }

  /// One whose key is not there is none of the file's identities.
  @Test func aCertificateNeedsItsKey() throws {
    let samples = try Self.samples()
    for result in try Self.chosen(
      [.certificate("newer"), .certificate("other"), .key("other"), .certificate("signing")], samples)
    {
      #expect(try result.get().facts.bundleID == "com.example.mail")
    }
    for result in try Self.chosen([.certificate("push"), .certificate("other"), .key("bare")], samples) {
      let error = #expect(throws: CredentialError.self) { try result.get() }
      #expect(
        error?.message.contains("it has 'Apple Push Services: com.example.chat', 'Mail'; ") == true,
        "\(error?.message ?? "")")
    }
  }

  @Test func theUseDecidesAmongSeveral() throws {
    let samples = try Self.samples()
    let two: [IdentityFile.Part] = [.certificate("push"), .key("push"), .certificate("other"), .key("other")]
    var use = CertificateUse()
    for result in try Self.chosen(two, samples, use) {
      let error = #expect(throws: CredentialError.self) { try result.get() }
      #expect(
        error?.message
          == "the file has certificates of 2 apps: com.example.chat, com.example.mail; choose one with --bundle-id"
      )
    }
    use.bundleIDs = ["com.example.mail"]
    for result in try Self.chosen(two, samples, use) {
      #expect(try result.get().facts.bundleID == "com.example.mail")
    }
    // A team of Xcode has one for each environment.
    try samples.certificate(
      "production", extensions: [CredentialSamples.production],
      subject: "/UID=com.example.chat/CN=Apple Production IOS Push Services: com.example.chat")
    let both: [IdentityFile.Part] = [
      .certificate("sandbox"), .certificate("production"), .key("sandbox"), .key("production"),
    ]
    use = CertificateUse()
    for (application, environment) in [
      (ApplicationKind.production, PushEnvironment.production), (.development, .sandbox),
    ] {
      use.application = application
      use.environment = environment
      for result in try Self.chosen(both, samples, use) {
        #expect(try result.get().facts.environments == [environment])
      }
    }
  }

  @Test func whereNoneServesTheListSaysWhy() throws {
    let samples = try Self.samples()
    let none: [IdentityFile.Part] = [
      .certificate("signing"), .key("signing"), .certificate("bare"), .key("bare"),
    ]
    for result in try Self.chosen(none, samples) {
      let error = #expect(throws: CredentialError.self) { try result.get() }
      #expect(
        error?.message.hasPrefix(
          "none of the 2 certificates that have their key serves here: 'iPhone Distribution: A' (is none for pushes), 'Bare' (is none for pushes); "
        ) == true, "\(error?.message ?? "")")
    }
    // Where the time alone is against all, the newest is loaded, and its user is told of the time.
    for result in try Self.chosen([.certificate("future"), .certificate("old"), .key("push")], samples) {
      let certificate = try result.get()
      #expect(certificate.certificateChain[0] == (try samples.bytes("future.cer")))
      #expect(certificate.others.count == 1 && certificate.others[0].contains("(expired on 20"))
    }
  }
}
