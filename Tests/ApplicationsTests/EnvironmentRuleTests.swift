import Applications
import NotificationModel
import Testing

/// The rules of the console, row by row.
///
/// "An APNs certificate can support sandbox only (P12) or both production and sandbox (P12 universal)"; "the production
/// environment only accepts APNs universal certificates"; "if you use an APNs universal certificate in the app's development
/// environment, select whether to push to the APNs Sandbox or Production environment"; "when using the universal certificate in
/// the production environment, only pushing to the APNs Production environment is supported"; a P8 "works for both", with a
/// development build in the sandbox and an Ad Hoc one in production.
struct EnvironmentRuleTests {
  private typealias Row = (ApplicationKind, CredentialClass, PushEnvironment?, String)

  /// An environment, or the beginning of the rule.
  private static let rows: [Row] = [
    (.development, .signingKey, nil, "sandbox"),
    (.development, .signingKey, .sandbox, "sandbox"),
    (.development, .signingKey, .production, "an application in development pushes to the sandbox"),
    (.development, .sandboxCertificate, nil, "sandbox"),
    (.development, .sandboxCertificate, .sandbox, "sandbox"),
    (.development, .sandboxCertificate, .production, "the certificate is for sandbox only"),
    (.development, .productionCertificate, nil, "production"),
    (.development, .productionCertificate, .sandbox, "the certificate is for production only"),
    (.development, .productionCertificate, .production, "production"),
    (
      .development, .universalCertificate, nil,
      "a universal certificate serves an application in development in"
    ),
    (.development, .universalCertificate, .sandbox, "sandbox"),
    (.development, .universalCertificate, .production, "production"),
    (.production, .signingKey, nil, "production"),
    (.production, .signingKey, .sandbox, "an application in production pushes to production only"),
    (.production, .signingKey, .production, "production"),
    (
      .production, .sandboxCertificate, nil,
      "a sandbox certificate does not serve an application in production"
    ),
    (
      .production, .sandboxCertificate, .sandbox,
      "a sandbox certificate does not serve an application in production"
    ),
    (.production, .sandboxCertificate, .production, "the certificate is for sandbox only"),
    (.production, .productionCertificate, nil, "production"),
    (.production, .productionCertificate, .sandbox, "the certificate is for production only"),
    (.production, .productionCertificate, .production, "production"),
    (.production, .universalCertificate, nil, "production"),
    (
      .production, .universalCertificate, .sandbox, "an application in production pushes to production only"
    ),
    (.production, .universalCertificate, .production, "production"),
  ]

  private static func outcome(
    _ place: EnvironmentBreach.Place, _ body: () throws(EnvironmentBreach) -> PushEnvironment
  ) -> String {
    do throws(EnvironmentBreach) { return try body().rawValue } catch { return error.sentence(place) }
  }

  @Test func theTableIsWhole() {
    let keys = Self.rows.map { "\($0.0) \($0.1) \($0.2?.rawValue ?? "-")" }
    #expect(Set(keys).count == ApplicationKind.allCases.count * CredentialClass.allCases.count * 3)
    #expect(keys.count == Set(keys).count)
  }

  @Test(arguments: rows.indices)
  func aRow(_ index: Int) {
    let (kind, credential, choice, wanted) = Self.rows[index]
    for place in [EnvironmentBreach.Place.options, .configuration] {
      let said = Self.outcome(place) { () throws(EnvironmentBreach) in
        try EnvironmentRule.environment(kind, credential, choice: choice)
      }
      let isRefused = PushEnvironment(rawValue: wanted) == nil
      #expect(isRefused ? said.hasPrefix(wanted) && said.contains("; ") : said == wanted)
    }
  }

  /// Each sentence names what the operator can write in its place.
  @Test func sentencesNameWhatCanBeWritten() {
    #expect(
      EnvironmentBreach.mustBeChosen.sentence(.options).hasSuffix(
        "say which with --environment sandbox or --environment production"))
    #expect(
      EnvironmentBreach.mustBeChosen.sentence(.configuration).hasSuffix(
        "say which with 'environment: sandbox' or 'environment: production'"))
    #expect(EnvironmentBreach.sandboxCertificate.sentence(.options).hasSuffix("or --application development"))
    #expect(
      EnvironmentBreach.sandboxCertificate.sentence(.configuration).hasSuffix("or 'kind: development'"))
    #expect(
      EnvironmentBreach.certificateIsForOther(.sandbox).sentence(.options)
        == "the certificate is for sandbox only, and --environment is production; leave it out, or use a universal certificate"
    )
  }

  /// What is decided before a credential is known is what some credential leads to.
  @Test(arguments: ApplicationKind.allCases, [PushEnvironment?.none, .sandbox, .production])
  func withoutACredential(_ kind: ApplicationKind, _ choice: PushEnvironment?) {
    let early = Self.outcome(.configuration) { () throws(EnvironmentBreach) in
      try EnvironmentRule.environment(kind, choice: choice)
    }
    let known = CredentialClass.allCases.map { credential in
      Self.outcome(.configuration) { () throws(EnvironmentBreach) in
        try EnvironmentRule.environment(kind, credential, choice: choice)
      }
    }
    #expect(known.contains(early))
  }

  @Test func certificatesHaveAClass() {
    #expect(CredentialClass(certificateFor: []) == nil)
    #expect(CredentialClass(certificateFor: [.sandbox]) == .sandboxCertificate)
    #expect(CredentialClass(certificateFor: [.production]) == .productionCertificate)
    #expect(CredentialClass(certificateFor: [.sandbox, .production]) == .universalCertificate)
  }
}
