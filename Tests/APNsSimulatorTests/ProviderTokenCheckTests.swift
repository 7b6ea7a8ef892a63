import APNsCredentials
import APNsProtocol
import APNsSimulator
import NotificationModel
import Testing

/// Which provider tokens are taken, and what a connection makes of several.
struct ProviderTokenCheckTests {
  private static let minute: Int64 = 60_000

  @Test func aTokenIsGoodForAnHour() throws {
    let sample = try Sample()
    let simulation = sample.simulation()
    let request = try sample.request()
    #expect(simulation.answer(request, at: Sample.now + 60 * Self.minute).said == "200")
    #expect(
      simulation.answer(request, at: Sample.now + 61 * Self.minute).said == "403 ExpiredProviderToken")
    #expect(simulation.answer(request, at: Sample.now - Self.minute).said == "200")
    #expect(
      simulation.answer(request, at: Sample.now - 2 * Self.minute).said == "403 InvalidProviderToken")
  }

  @Test func aTokenOfAnotherKeyIsInvalid() throws {
    let sample = try Sample()
    let stranger = try SigningKey(p8: CertificateAuthority.makeP8())
    let simulation = sample.simulation()
    for bearer in [
      try sample.bearer(by: stranger), try sample.bearer(keyID: "KEYID00002"),
      try sample.bearer(teamID: "TEAMID0002"), "bearer", "bearer a.b.c", "basic \(try sample.bearer())",
    ] {
      let decision = simulation.answer(try sample.request(["authorization": bearer]))
      #expect(decision.said == "403 InvalidProviderToken")
    }
  }

  @Test func anyKeyIsTakenOnRequest() throws {
    let sample = try Sample()
    let simulation = Simulation(Simulation.Options(tokens: ProviderTokenCheck(keys: [], acceptsAnyKey: true)))
    #expect(simulation.answer(try sample.request()).said == "200")
  }

  /// Of known keys neither, and whatever stands behind the second dot.
  @Test func onRequestNoSignatureIsLookedAt() throws {
    let sample = try Sample()
    let own = ProviderTokenCheck.Key(
      keyID: Sample.keyID, teamID: Sample.teamID, key: sample.key.publicKey)
    let simulation = Simulation(
      Simulation.Options(tokens: ProviderTokenCheck(keys: [own], acceptsAnyKey: true)))
    let parts = try sample.bearer().split(separator: ".")
    for signature in ["", "AAAA", String(repeating: "A", count: 86), String(repeating: "A", count: 96), "?"] {
      let request = try sample.request(["authorization": "\(parts[0]).\(parts[1]).\(signature)"])
      #expect(simulation.answer(request).said == "200")
      #expect(sample.simulation().answer(request).said == "403 InvalidProviderToken")
    }
    let short = try sample.request(["authorization": "\(parts[0]).\(parts[1])"])
    #expect(simulation.answer(short).said == "403 InvalidProviderToken")
  }

  @Test func aKeyMayBeLimitedToAnEnvironment() throws {
    var sample = try Sample()
    let key = ProviderTokenCheck.Key(
      keyID: "PRODUCTK01", teamID: Sample.teamID, key: sample.key.publicKey, environment: .production)
    sample.otherKeys = [key]
    let request = try sample.request(["authorization": try sample.bearer(keyID: "PRODUCTK01")])
    #expect(sample.simulation().answer(request).said == "403 BadEnvironmentKeyIdInToken")
    sample.environment = .production
    #expect(sample.simulation().answer(request).said == "200")
  }
}
