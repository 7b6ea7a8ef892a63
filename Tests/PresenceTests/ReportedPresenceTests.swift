import Presence
import Testing

/// The stories that public reports tell of chat servers whose users stay without pushes.
struct ReportedPresenceTests {
  /// Rocket.Chat 6610: users stay online where the service is stopped on the server.
  @Test func aServerThatIsStoppedLeavesNobodyOnline() throws {
    let book = PresenceBook()
    _ = try book.update(GatewayReport(.init(.connected), .init(.background, of: "other")), at: start)
    #expect(book.decision(at: start + 60_000) == .push)
    #expect(book.decision(of: "other", at: start + 60_000) == .push)
  }

  /// Rocket.Chat 11378: users are stuck online after an upgrade, and get no push.
  ///
  /// The service that starts anew goes on from a snapshot, and the chat server that was upgraded knows nothing of the
  /// connections of before.
  @Test func nobodyIsStuckOnlineAfterAnUpgrade() throws {
    let old = PresenceBook()
    _ = try old.update(GatewayReport(.init(.connected)), at: start)
    for isLast in [true, false] {
      let book = PresenceBook()
      try book.restore(old.snapshot(at: start, isLast: isLast), at: start)
      // The gateway reports as before, but for its connections; a stopped one has said that it ends.
      if isLast { _ = book.end(GatewayName(application: "chat", gateway: "a"), at: start) }
      for seconds: Int64 in [10, 40, 70] { _ = try book.update(GatewayReport(), at: start + seconds * 1000) }
      #expect(book.decision(at: start + 70_000) == .push)
    }
  }

  /// MongooseIM 340: a browser that crashes is never reported as gone.
  ///
  /// Its connection to another server is the one that counts.
  @Test func aBrowserThatCrashedIsOverWithItsNextConnection() throws {
    let book = PresenceBook()
    _ = try book.update(GatewayReport(from: "a", lease: 600_000, .init(.connected, "web")), at: start)
    _ = try book.update(GatewayReport(from: "b", lease: 600_000, .init(.connected, "web")), at: start + 1)
    _ = try book.update(GatewayReport(from: "b", lease: 600_000, .init(.killed, "web")), at: start + 2)
    #expect(book.decision(at: start + 2) == .push)
  }

  /// ChatSecure's push server 4: no push comes to the phone where another client is online, which some want and some do not.
  @Test func anotherClientSilencesThePhoneByTheRuleAlone() throws {
    for (rule, decision) in [(PresenceRule.allDevices, PresenceDecision.online), (.eachDevice, .push)] {
      let book = PresenceBook(rule)
      _ = try book.update(GatewayReport(.init(.suspended), .init(.connected, "desk")), at: start)
      #expect(book.decision(at: start) == decision)
    }
  }
}
