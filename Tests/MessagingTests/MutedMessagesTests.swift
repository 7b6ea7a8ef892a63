import Applications
import Composition
import Messaging
import Muting
import NotificationModel
import Presence
import PushExtras
import Registry
import Testing

/// The wishes of recipients in decisions on messages; MutingTests has the order of them.
struct MutedMessagesTests {
  @Test func whoHasMutedGetsNoPush() async throws {
    try await MessagingTrial.with { trial in
      for user in ["bob", "eve"] { try await trial.register(user, "phone of \(user)") }
      try await trial.file.write {
        try MuteStore.set(.mentionsOfMe, MutePlace(.group), of: "bob", application: "chat", in: $0)
      }
      var message = MessagingTrial.message("m1")
      message.channel = .init(type: .group, targetID: "climbing", targetName: "Climbing")
      let muted = try await trial.send(message, to: "bob", "eve", "nobody")
      #expect(muted.decisions.map(\.decision) == [.muted, .push, .noDevice])
      #expect(muted.decisions[0].reason == .channelTypeMuted)
      message.id = "m2"
      message.mention = .init(.users(["bob"]))
      #expect(try await trial.send(message, to: "bob").decisions.map(\.decision) == [.push])
      // A recall shows nothing to who was shown nothing, and is muted where nothing is known.
      let recall = try await trial.send(MessagingTrial.recall("m3", of: "m1"), to: "bob", "eve")
      #expect(recall.decisions.map(\.decision) == [.noContent, .push])
    }
  }

  /// The wishes at the time of the push count, and not those of the message.
  @Test func aScheduledPushFallsIntoQuietHours() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      // 2027-01-15 08:00 UTC.
      #expect(TrialClock.start == 1_800_000_000_000)
      try await trial.file.write {
        let hours = QuietHours(start: 8 * 60 + 1, end: 9 * 60, timeZone: "UTC", level: .none)
        try MuteStore.set(hours, of: "bob", application: "chat", in: $0)
      }
      try await trial.report("bob", "phone", .background)
      #expect(
        try await trial.send(MessagingTrial.message("m1"), to: "bob").decisions.map(\.decision)
          == [.scheduled])
      trial.clock.advance(120_001)
      try await trial.finish()
      #expect(trial.run.taken.isEmpty)
      #expect(try await trial.decisions("m1").map(\.decision) == [.quietHours])
      trial.clock.advance(3_600_000)
      #expect(
        try await trial.send(MessagingTrial.message("m2"), to: "bob").decisions.map(\.decision) == [.push])
    }
  }
}
