import APNsProtocol
import APNsSimulator
import NotificationModel
import Testing

/// Every reason that a push to a device can get has a token that gets it.
struct MagicTokenTests {
  @Test(arguments: APNsReason.all.filter { !MagicToken.ofChannels.contains($0.name) })
  func everyReasonHasAToken(_ reason: APNsReason) throws {
    let sample = try Sample()
    let token = try #require(MagicToken.reasons.first { $0.reason == reason.name }?.prefix)
    for rest in ["", "00112233"] {
      let decision = sample.simulation().answer(try sample.request(device: token.uppercased() + rest))
      #expect(decision.said == "\(reason.status) \(reason.name)")
      #expect(decision.header("apns-id") != nil)
      #expect(decision.body.contains("timestamp") == (reason.status == 410))
    }
    #expect(token.dropFirst(4).prefix(3) == "\(reason.status)")
  }

  @Test func noTokenIsThereTwice() {
    let all = MagicToken.reasons.map(\.prefix) + MagicToken.troubles.map(\.prefix)
    #expect(Set(all).count == all.count)
    #expect(all.allSatisfy { $0.count == 8 && MagicToken.rule(for: $0) != nil })
    #expect(MagicToken.reasons.allSatisfy { reason in APNsReason.all.contains { $0.name == reason.reason } })
  }

  @Test(arguments: [
    ("bad00000", "abort", 1), ("bad00001", "stall", 0), ("bad00002", "200", 1), ("bad00003", "reset", 0),
    ("bad00004", "close", 0), ("bad00005", "abort", 0), ("bad00006", "goAway", 0),
    ("bad00007", "stopReading", 0), ("bad00008", "400 NobodyKnowsThis", 0),
    ("bad00009", "418 NobodyKnowsThis", 0),
    ("bad0000d", "200", 1), ("bad0000e", "200", 1), ("bad0000f", "400 BadDeviceToken", 0),
  ])
  func troubleHasATokenToo(_ token: String, _ said: String, _ accepted: Int) throws {
    let sample = try Sample()
    let simulation = sample.simulation()
    let decision = simulation.answer(try sample.request(device: token))
    #expect(decision.said == said)
    #expect(simulation.accepted == accepted)
    #expect(decision.delay == (token == "bad00002" ? .seconds(1) : .zero))
    if token.hasSuffix("e") || token.hasSuffix("f") { #expect(decision.header("apns-id") == nil) }
  }
}
