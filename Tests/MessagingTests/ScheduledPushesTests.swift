import Composition
import Messaging
import NotificationModel
import Presence
import PushExtras
import Registry
import Testing

/// Pushes that wait while the app is in the background for a short time.
struct ScheduledPushesTests {
  private static func eachDevice() -> PresenceSettings {
    var settings = PresenceSettings()
    settings.rule = .eachDevice
    return settings
  }

  /// Row 1 of the seed: "the app has been in the background for more than two minutes".
  @Test(arguments: [(119_900, false), (120_000, false), (120_001, true), (120_100, true)] as [(Int64, Bool)])
  func thePushIsMadeAfterTwoMinutes(_ time: Int64, _ isMade: Bool) async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.report("bob", "phone", .background)
      trial.clock.advance(40_000)
      let answer = try await trial.send(MessagingTrial.message("m1"), to: "bob")
      #expect(answer.decisions.map(\.decision) == [.scheduled])
      trial.clock.advance(time - 40_000)
      try await trial.finish()
      #expect(trial.run.taken.isEmpty == !isMade)
      // The same to a message that comes at that time.
      let later = try await trial.send(MessagingTrial.message("m2"), to: "bob")
      #expect(later.decisions.map(\.decision) == [isMade ? .push : .scheduled])
    }
  }

  @Test func theNextRoundIsAtTheFirstDueTime() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.register("eve", "tablet")
      try await trial.report("bob", "phone", .background)
      trial.clock.advance(10_000)
      try await trial.report("eve", "tablet", .background)
      let answer = try await trial.send(MessagingTrial.message("m1"), to: "eve", "bob")
      let due = try #require(answer.decisions.compactMap(\.due).min())
      #expect(try await trial.finish() == due)
      trial.clock.advance(due - trial.clock.now)
      let next = try #require(try await trial.finish())
      #expect(trial.run.taken.compactMap(\.extra?.recipientID) == ["bob"])
      trial.clock.advance(next - trial.clock.now)
      #expect(try await trial.finish() == nil)
      #expect(trial.run.taken.compactMap(\.extra?.recipientID) == ["bob", "eve"])
      #expect(try await trial.decisions("m1").map(\.decision) == [.push, .push])
    }
  }

  @Test func whoComesBackGetsNoPush() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.register("bob", "tablet")
      try await trial.report("bob", "phone", .background)
      try await trial.send(MessagingTrial.message("m1"), to: "bob")
      trial.clock.advance(60_000)
      try await trial.report("bob", "tablet", .connected)
      try await trial.report("bob", "tablet", .killed)
      trial.clock.advance(200_000)
      #expect(try await trial.finish() == nil)
      #expect(trial.run.taken.isEmpty)
      #expect(try await trial.decisions("m1").map(\.reason) == [.connected, .connected])
    }
  }

  @Test func eachDeviceComesBackByItself() async throws {
    try await MessagingTrial.with(Self.eachDevice()) { trial in
      try await trial.register("bob", "phone")
      try await trial.register("bob", "tablet")
      try await trial.report("bob", "phone", .background)
      try await trial.report("bob", "tablet", .background)
      try await trial.send(MessagingTrial.message("m1"), to: "bob")
      try await trial.report("bob", "tablet", .connected)
      trial.clock.advance(120_001)
      try await trial.finish()
      #expect(trial.run.taken.map(\.notification.deviceToken) == [Hex.encode(Array("token of phone".utf8))])
    }
  }

  /// Row 1 of the seed: killed and suspended are reasons of their own.
  @Test(arguments: [PresenceState.killed, .suspended])
  func whoLeavesGetsThePushAtOnce(_ state: PresenceState) async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.register("bob", "tablet")
      try await trial.report("bob", "phone", .background)
      try await trial.report("bob", "tablet", .background)
      trial.clock.advance(40_000)
      try await trial.send(MessagingTrial.message("m1"), to: "bob")
      try await trial.report("bob", "phone", state)
      // The other one is there still.
      #expect(try await trial.finish() == TrialClock.start + 120_001)
      #expect(trial.run.taken.isEmpty)
      try await trial.report("bob", "tablet", state)
      #expect(try await trial.finish() == nil)
      #expect(trial.run.taken.count == 2)
    }
  }

  @Test func whoLogsOutGetsNoPush() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.report("bob", "phone", .background)
      try await trial.send(MessagingTrial.message("m1"), to: "bob")
      try await trial.report("bob", "phone", .loggedOut)
      trial.clock.advance(200_000)
      try await trial.finish()
      #expect(trial.run.taken.isEmpty)
      #expect(try await trial.decisions("m1").map(\.decision) == [.loggedOut])
    }
  }

  @Test func whatWasSeenIsNotPushed() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.register("eve", "phone of eve")
      try await trial.report("bob", "phone", .background)
      try await trial.report("eve", "phone of eve", .background)
      try await trial.send(MessagingTrial.message("m1"), to: "bob", "eve")
      try await trial.send(MessagingTrial.message("m2"), to: "bob")
      // In the background still: a watch has shown it.
      try await trial.report("bob", "phone", nil, seen: ["m1", "m3"])
      let early = try await trial.send(MessagingTrial.message("m3"), to: "bob", "eve")
      #expect(early.decisions.map(\.reason) == [.seen, .inBackground])
      trial.clock.advance(120_001)
      try await trial.finish()
      let pushed = trial.run.taken.compactMap(\.extra).map { "\($0.recipientID ?? "")/\($0.messageID ?? "")" }
      #expect(pushed.sorted() == ["bob/m2", "eve/m1", "eve/m3"])
    }
  }

  /// A gateway that dies must not silence its users.
  @Test func aLeaseThatEndsIsNoConnection() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.report("bob", "phone", .connected, lease: 60_000)
      #expect(
        try await trial.send(MessagingTrial.message("m1"), to: "bob").decisions.map(\.decision) == [.online])
      trial.clock.advance(60_001)
      #expect(
        try await trial.send(MessagingTrial.message("m2"), to: "bob").decisions.map(\.decision) == [.push])
    }
  }

  @Test func whatIsScheduledOutlivesACrash() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.report("bob", "phone", .background)
      try await trial.send(MessagingTrial.message("m1"), to: "bob")
      let after = try trial.afterCrash()
      trial.clock.advance(120_001)
      try await after.finish()
      #expect(trial.run.taken.count == 1)
    }
  }

  /// The number on the icon is that of the time at which the push is made.
  @Test func aScheduledPushCountsWhenItIsMade() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.report("bob", "phone", .background)
      try await trial.send(MessagingTrial.message("m1"), to: "bob")
      try await trial.send(MessagingTrial.message("m2"), to: "bob")
      try await trial.report("bob", "phone", nil, seen: ["m1"])
      trial.clock.advance(120_001)
      try await trial.finish()
      let payloads = trial.run.taken.map { String(decoding: $0.notification.payload, as: UTF8.self) }
      #expect(payloads.count == 1)
      #expect(payloads.first?.contains(#""badge":1"#) == true)
    }
  }
}
