import APNsCredentials
import APNsProtocol
import Testing

/// The tokens that are remembered, and those that push others out.
struct TokenMemoryTests {
  private static let now: Int64 = 1_767_225_600

  private static func key(_ keyID: String) throws -> (SigningKey, ProviderTokenCheck.Key) {
    let key = try SigningKey(p8: CertificateAuthority.makeP8())
    return (key, ProviderTokenCheck.Key(keyID: keyID, teamID: "DEF123GHIJ", key: key.publicKey))
  }

  private static func bearer(_ key: SigningKey, _ keyID: String, _ issuedAt: Int64 = now) -> String {
    let token = ProviderToken(signedBy: key, keyID: keyID, teamID: "DEF123GHIJ", issuedAt: issuedAt)
    return "bearer \(token?.text ?? "")"
  }

  private static func isGood(_ check: ProviderTokenCheck, _ bearer: String) -> Bool {
    if case .signed = check.remembered(bearer) { return true }
    return false
  }

  @Test func aFloodOfForgedTokensLeavesGoodOnes() throws {
    let (key, own) = try Self.key("ABC123DEFG")
    let stranger = try SigningKey(p8: CertificateAuthority.makeP8())
    var check = ProviderTokenCheck(keys: [own])
    let good = Self.bearer(key, "ABC123DEFG")
    _ = try check.sender(good, at: Self.now * 1000)
    let forged = (0..<20_000).map { "bearer x\($0)" }
    for text in forged { check.remember(.forged, on: text) }
    #expect(Self.isGood(check, good))
    // The last ones cost no other check, and the first ones take no room.
    #expect(forged.suffix(512).allSatisfy { check.remembered($0) == .forged })
    #expect(forged.filter { check.remembered($0) != nil }.count <= 1024)
    // Checked once, a real one is remembered as well, and no key that is not known.
    let real = Self.bearer(stranger, "ABC123DEFG")
    let unknown = Self.bearer(stranger, "UNKNOWN001")
    for text in [real, unknown] {
      #expect(throws: Refusal("InvalidProviderToken")) { try check.sender(text, at: Self.now * 1000) }
    }
    #expect(check.remembered(real) == .forged && check.remembered(unknown) == nil)
  }

  /// A client that signs a token for each push takes nothing from another one.
  @Test func theTokensOfAKeyPushOutItsOwn() throws {
    let (first, one) = try Self.key("ABC123DEFG")
    let (second, two) = try Self.key("ABC123DEFH")
    var check = ProviderTokenCheck(keys: [one, two])
    let good = Self.bearer(second, "ABC123DEFH")
    _ = try check.sender(good, at: Self.now * 1000)
    let many = (0..<100).map { Self.bearer(first, "ABC123DEFG", Self.now - $0) }
    for text in many { _ = try check.sender(text, at: Self.now * 1000) }
    #expect(Self.isGood(check, good))
    #expect(many.suffix(64).allSatisfy { Self.isGood(check, $0) })
    #expect(many.prefix(36).allSatisfy { check.remembered($0) == nil })
    // What was pushed out is still good.
    _ = try check.sender(many[0], at: Self.now * 1000)
  }

  @Test func otherKeysForgetWhatTheyMust() throws {
    let (first, one) = try Self.key("ABC123DEFG")
    let (second, two) = try Self.key("ABC123DEFH")
    var check = ProviderTokenCheck(keys: [one, two])
    let (mine, other) = (Self.bearer(first, "ABC123DEFG"), Self.bearer(second, "ABC123DEFH"))
    for text in [mine, other] { _ = try check.sender(text, at: Self.now * 1000) }
    check.remember(.forged, on: "bearer x")
    check.replace(keys: [one])
    #expect(Self.isGood(check, mine) && check.remembered(other) == nil && check.remembered("bearer x") == nil)
    #expect(check.generation == 1)
  }
}
