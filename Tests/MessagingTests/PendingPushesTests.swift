import Composition
import GRDB
import Messaging
import NotificationModel
import Presence
import PushExtras
import Registry
import Synchronization
import Testing

/// The way of decided pushes into the run, which goes on wherever it was interrupted.
struct PendingPushesTests {
  @Test func aPushHasWhatAPNsNeeds() async throws {
    try await MessagingTrial.with { trial in
      let device = try await trial.register("bob", "phone") {
        $0.locales = ["zh-Hans", "en"]
        $0.timeZone = "Asia/Shanghai"
      }
      let answer = try await trial.send(MessagingTrial.message("m1", "RC:ImgMsg"), to: "bob")
      try await trial.finish()
      let push = try #require(trial.run.taken.first)
      let notification = push.notification
      #expect(notification.deviceToken == Hex.encode(device.token))
      #expect(notification.headers.topic == "com.example.chat")
      #expect(notification.headers.pushType == "alert")
      #expect(notification.environment == .production)
      #expect(notification.apnsID == answer.apnsID(answer.decisions[0]))
      #expect(notification.locales == ["zh-Hans", "en"])
      #expect(notification.timeZone == "Asia/Shanghai")
      #expect(notification.app == "com.example.chat")
      // By these, recalls and the end of the registration find it.
      #expect(notification.names.contains("m1"))
      #expect(notification.names.contains(device.pushName))
      #expect(String(decoding: notification.payload, as: UTF8.self).contains("[图片]"))
      #expect(
        push.message
          == #"{"id":"m1","user":"bob","device":"phone","decision":"push","reason":"default_text"}"#)
      #expect(try await trial.decisions("m1").map(\.state) == [.given])
    }
  }

  @Test func pushesGoInTheOrderOfTheirMessages() async throws {
    try await MessagingTrial.with { trial in
      for device in 0..<3 { try await trial.register("bob", "phone \(device)") }
      for number in 0..<600 { try await trial.send(MessagingTrial.message("m\(number)"), to: "bob") }
      try await trial.finish()
      #expect(
        trial.run.taken.compactMap(\.extra?.messageID)
          == (0..<600).flatMap { Array(repeating: "m\($0)", count: 3) })
    }
  }

  /// Where the run takes nothing, pushes stay; where it refuses one, that is its end.
  @Test func whatIsNotTakenIsGivenAgain() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.send(MessagingTrial.message("m1"), to: "bob")
      trial.run.answer(.unavailable)
      #expect(try await trial.desk.round() == .stuck)
      #expect(try await trial.decisions("m1").map(\.state) == [.pending])
      trial.run.answer(.refused)
      try await trial.finish()
      #expect(try await trial.decisions("m1").map(\.reason) == [.refused])
      #expect(trial.run.taken.count == 1)
    }
  }

  /// After an outage a user may be there again: who was decided on long ago is decided on again.
  @Test func aPushThatHasWaitedIsDecidedAgain() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.register("eve", "tablet")
      try await trial.send(MessagingTrial.message("m1"), to: "bob", "eve")
      trial.run.answer(.unavailable)
      #expect(try await trial.desk.round() == .stuck)
      trial.clock.advance(60_000)
      try await trial.report("bob", "phone", .connected)
      trial.run.answer(.taken)
      try await trial.finish()
      #expect(trial.run.taken.compactMap(\.extra?.recipientID) == ["eve"])
      #expect(try await trial.decisions("m1").map(\.reason) == [.connected, .messageText])
    }
  }

  /// Where the run has ended, or the process was killed, the next one withdraws.
  @Test func aWithdrawalOutlivesTheProcess() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.send(MessagingTrial.message("m1"), to: "bob")
      try await trial.finish()
      trial.run.state.withLock { $0.isOpen = false }
      try await trial.report("bob", "phone", .killed, seen: ["m1"])
      #expect(trial.run.withdrawn.isEmpty)
      #expect(try await trial.desk.round() == .stuck)
      trial.run.state.withLock { $0.isOpen = true }
      try await trial.afterCrash().finish()
      #expect(trial.run.withdrawn.count == 1)
    }
  }

  @Test func aCrashLosesAndChangesNothing() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      let answer = try await trial.send(MessagingTrial.message("m1"), to: "bob")
      let after = try trial.afterCrash()
      #expect(try await after.decisions("m1") == answer.decisions)
      try await after.finish()
      // The same name as before the crash, by which the run knows what it has.
      #expect(trial.run.taken.map(\.notification.apnsID) == [answer.apnsID(answer.decisions[0])])
      #expect(try await after.send(MessagingTrial.message("m1"), to: "bob").isReplay)
      try await after.finish()
      #expect(trial.run.taken.count == 1)
    }
  }

  /// Also while the run has it, and where the process ends before the note that it does.
  @Test func aPushThatIsSeenOnItsWayIsWithdrawn() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      let answer = try await trial.send(MessagingTrial.message("m1"), to: "bob")
      trial.run.state.withLock { state in
        state.beforeAnswer = {
          await trial.desk.saw(["m1"], by: PresenceUser(application: "chat", user: "bob"))
        }
      }
      try await trial.finish()
      #expect(
        trial.run.withdrawn == ["com.example.chat/own:push:\(answer.apnsID(answer.decisions[0]) ?? "")"])
      #expect(try await trial.decisions("m1").map(\.reason) == [.seen])
    }
  }

  // MARK: Registrations that changed since

  @Test func aDeviceOfAnotherUserGetsNothing() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.register("eve", "tablet")
      try await trial.send(MessagingTrial.message("m1"), to: "bob", "eve")
      try await trial.register("dan", "phone")
      try await trial.finish()
      #expect(trial.run.taken.compactMap(\.extra?.recipientID) == ["eve"])
      #expect(try await trial.decisions("m1").map(\.decision) == [.noDevice, .push])
    }
  }

  @Test func aNewTokenIsUsed() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.send(MessagingTrial.message("m1"), to: "bob")
      try await trial.register("bob", "phone") { $0.token = [1, 2, 3] }
      try await trial.finish()
      #expect(trial.run.taken.map(\.notification.deviceToken) == ["010203"])
    }
  }

  @Test func whatIsDeniedSinceIsNotShown() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.send(MessagingTrial.message("m1"), to: "bob")
      try await trial.register("bob", "phone") { $0.permission = .denied }
      try await trial.finish()
      #expect(trial.run.taken.isEmpty)
      #expect(try await trial.decisions("m1").map(\.reason) == [.permissionDenied])
    }
  }
}
