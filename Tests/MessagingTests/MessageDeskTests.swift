import Applications
import Composition
import GRDB
import LosslessJSON
import Messaging
import NotificationModel
import Presence
import PrometheusMetrics
import PushExtras
import Registry
import Testing

/// The acceptance of messages: who gets which decision, and that all of it stands in one commit.
struct MessageDeskTests {
  private static func words(_ answer: MessageAnswer) -> [String] {
    answer.decisions.map { "\($0.user)/\($0.device ?? "-") \($0.decision.rawValue) \($0.reason.code)" }
  }

  /// Every decision of the table, by what leads to it.
  @Test func everyDecisionHasItsCause() async throws {
    try await MessagingTrial.with { trial in
      for user in ["push", "online", "scheduled", "logged-out", "denied", "suspended"] {
        try await trial.register(user, "phone of \(user)") {
          if user == "denied" { $0.permission = .denied }
        }
      }
      try await trial.report("online", "phone of online", .connected)
      try await trial.report("scheduled", "phone of scheduled", .background)
      try await trial.report("logged-out", "phone of logged-out", .loggedOut)
      try await trial.file.write { database in
        try database.execute(
          sql: "UPDATE device SET state = 1, since = 1, reason = 'BadDeviceToken' WHERE user = 'suspended'")
      }
      let answer = try await trial.send(
        MessagingTrial.message("m1"), to: "push", "online", "scheduled", "logged-out", "denied", "suspended",
        "nobody")
      #expect(
        Self.words(answer) == [
          "push/phone of push push message_text", "online/phone of online online connected",
          "scheduled/phone of scheduled scheduled in_background",
          "logged-out/phone of logged-out logged_out logged_out",
          "denied/phone of denied not_permitted permission_denied",
          "suspended/phone of suspended suspended token_refused", "nobody/- no_device no_device",
        ])
      #expect(answer.decisions[2].due == TrialClock.start + 120_001)
      // What concerns the message alone is so for everybody.
      let signal = try await trial.send(MessagingTrial.message("m2", "RC:TypSts"), to: "denied", "nobody")
      #expect(signal.decisions.map(\.decision) == [.neverPushes, .neverPushes])
      let custom = try await trial.send(MessagingTrial.message("m3", "app:order"), to: "push", "nobody")
      #expect(custom.decisions.map(\.decision) == [.noContent, .noDevice])
      let text = trial.metrics.text(.prometheus)
      #expect(text.contains(#"notilua_message_decisions_total{application="chat",decision="push"} 1"#))
      #expect(text.contains(#"notilua_message_decisions_total{application="chat",decision="online"} 1"#))
      #expect(text.contains(#"notilua_message_decisions_total{application="other",decision="muted"} 0"#))
    }
  }

  @Test func aRepeatHasTheSameAnswerAndAnotherMessageNone() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      let first = try await trial.send(MessagingTrial.message("m1"), to: "bob", "eve")
      try await trial.finish()
      // Whatever happened since.
      try await trial.register("eve", "tablet")
      let again = try await trial.send(MessagingTrial.message("m1"), to: "bob", "eve")
      #expect(again.isReplay && !first.isReplay)
      #expect(Self.words(again) == Self.words(first))
      try await trial.finish()
      #expect(trial.run.taken.count == 1)
      await #expect(throws: MessageError.self) {
        try await trial.send(MessagingTrial.message("m1"), to: "bob")
      }
      var changed = MessagingTrial.message("m1")
      changed.content.text = "Other"
      await #expect(throws: MessageError.self) { try await trial.send(changed, to: "bob", "eve") }
      // The identifiers of two applications are apart.
      #expect(
        try await trial.send(changed, to: "bob", application: MessagingTrial.other).decisions.map(\.decision)
          == [.noDevice])
    }
  }

  @Test func aBatchIsAnsweredOneByOne() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      var other = MessagingTrial.message("m1")
      other.content.text = "Other"
      let requests = [MessagingTrial.message("m1"), other, MessagingTrial.message("m2")].map {
        MessageRequest(message: $0, recipients: ["bob"])
      }
      let answers = try await trial.desk.accept(requests, of: MessagingTrial.chat)
      #expect(answers.map { (try? $0.get()) != nil } == [true, false, true])
      try await trial.finish()
      #expect(trial.run.taken.compactMap(\.extra?.messageID) == ["m1", "m2"])
    }
  }

  @Test func aPreviewKeepsNothing() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      let request = MessageRequest(message: MessagingTrial.message("m1"), recipients: ["bob"])
      let preview = try await trial.desk.preview(request, of: MessagingTrial.chat)
      #expect(preview.decisions.map(\.decision) == [.push])
      #expect(preview.decisions.map(\.badge) == [1])
      try await trial.finish()
      #expect(trial.run.taken.isEmpty)
      #expect(try await trial.decisions("m1") == [])
      // Neither the number on the icon nor the message's id is used up.
      #expect(try await trial.send(MessagingTrial.message("m1"), to: "bob").decisions.map(\.badge) == [1])
      await #expect(throws: MessageError.self) {
        try await trial.desk.preview(
          MessageRequest(message: MessagingTrial.message("m1"), recipients: ["eve"]), of: MessagingTrial.chat)
      }
    }
  }

  /// Two spellings of a letter are two users.
  @Test func usersAreTheSameByTheirBytes() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("e\u{301}", "one")
      try await trial.register("\u{E9}", "two")
      let answer = try await trial.send(MessagingTrial.message("m1"), to: "\u{E9}")
      #expect(answer.decisions.map(\.device) == ["two"])
    }
  }

  @Test func warningsStayWithTheMessage() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      var message = MessagingTrial.message("m1")
      message.content.text = String(repeating: "字", count: 5000)
      let first = try await trial.send(message, to: "bob")
      #expect(first.warnings.contains(#""code":"text_cut""#))
      #expect(try await trial.send(message, to: "bob").warnings == first.warnings)
      #expect(try await trial.desk.decisions(on: "m1", of: MessagingTrial.chat)?.warnings == first.warnings)
      #expect(try await trial.desk.decisions(on: "m1", of: MessagingTrial.other) == nil)
    }
  }

  // MARK: Badges

  @Test func eachPushCountsOnItsDevice() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.register("bob", "tablet") { $0.badge = 7 }
      try await trial.register("bob", "watch") { $0.permission = .granted([.alert]) }
      for number in 1...3 { try await trial.send(MessagingTrial.message("m\(number)"), to: "bob") }
      var absolute = MessagingTrial.message("m4")
      absolute.push.badge = .absolute(2)
      try await trial.send(absolute, to: "bob")
      try await trial.send(MessagingTrial.message("m5"), to: "bob")
      try await trial.finish()
      #expect(try Self.badges(trial, "phone") == ["1", "2", "3", "2", "3"])
      #expect(try Self.badges(trial, "tablet") == ["8", "9", "10", "2", "3"])
      #expect(try Self.badges(trial, "watch") == ["-", "-", "-", "-", "-"])
    }
  }

  private static func badges(_ trial: MessagingTrial, _ name: String) throws -> [String] {
    let token = Hex.encode(Array("token of \(name)".utf8))
    return try trial.run.taken.filter { $0.notification.deviceToken == token }.map { push in
      let payload = try JSONValue(String(decoding: push.notification.payload, as: UTF8.self))
      guard case .number(let number)? = payload["aps"]?["badge"] else { return "-" }
      return "\(number)"
    }
  }

  // MARK: Recalls

  @Test func aRecallReachesThoseWhoGotTheMessage() async throws {
    try await MessagingTrial.with { trial in
      for user in ["bob", "eve", "dan"] { try await trial.register(user, "phone of \(user)") }
      try await trial.report("eve", "phone of eve", .connected)
      try await trial.report("dan", "phone of dan", .background)
      try await trial.send(MessagingTrial.message("m1"), to: "bob", "eve", "dan")
      try await trial.finish()
      try await trial.report("eve", "phone of eve", .killed)
      let recall = try await trial.send(MessagingTrial.recall("m2", of: "m1"), to: "bob", "eve", "dan")
      #expect(recall.decisions.map(\.decision) == [.push, .noContent, .noContent])
      #expect(recall.decisions[1].reason == .recalledUnpushed)
      // What was scheduled is not made any more.
      #expect(try await trial.decisions("m1").map(\.reason) == [.messageText, .connected, .recalled])
      try await trial.finish()
      #expect(trial.run.withdrawn == ["com.example.chat/own:message:chat:m1"])
      trial.clock.advance(200_000)
      try await trial.finish()
      #expect(trial.run.taken.compactMap(\.extra?.messageID) == ["m1", "m2"])
      #expect(trial.run.taken.last?.extra?.recalledMessageIDs == ["m1"])
    }
  }

  /// A chat server's connections may bring the recall first.
  @Test func aMessageBehindItsRecallIsNotPushed() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      // Nothing is known of the message: its clients may have it by another way.
      #expect(
        try await trial.send(MessagingTrial.recall("m2", of: "m1"), to: "bob").decisions.map(\.decision)
          == [.push])
      let late = try await trial.send(MessagingTrial.message("m1"), to: "bob")
      #expect(late.decisions.map(\.reason) == [.recalled])
      try await trial.finish()
      #expect(trial.run.taken.compactMap(\.extra?.messageID) == ["m2"])
    }
  }

  /// The device has another registration by now, and shows the message still.
  @Test func aRecallFindsADeviceThatWasRegisteredAgain() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.send(MessagingTrial.message("m1"), to: "bob")
      try await trial.finish()
      _ = try await trial.file.write { database in
        try DeviceStore.remove("phone", application: "chat", at: TrialClock.start, in: database)
      }
      try await trial.register("bob", "phone")
      #expect(
        try await trial.send(MessagingTrial.recall("m2", of: "m1"), to: "bob").decisions.map(\.decision)
          == [.push])
    }
  }

  // MARK: Messages that would be in the way of others

  @Test func aMessageThatCannotBeReadHoldsNothingUp() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.send(MessagingTrial.message("m1"), to: "bob")
      try await trial.send(MessagingTrial.message("m2"), to: "bob")
      try await trial.file.write { try $0.execute(sql: "UPDATE message SET text = '{' WHERE id = 'm1'") }
      try await trial.finish()
      #expect(trial.run.taken.compactMap(\.extra?.messageID) == ["m2"])
      let reasons = try await trial.file.read {
        try String.fetchAll($0, sql: "SELECT reason FROM decision ORDER BY message")
      }
      #expect(reasons == ["unreadable", "message_text"])
    }
  }

  /// What has room in a request is read again after a crash, whatever it takes as JSON.
  @Test(arguments: ["😀", "\u{1}", "\"", "字"]) func aLongTextIsReadAgain(_ piece: String) async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      var message = MessagingTrial.message("m1")
      for count in [1000, 8000, 15_000, 32_000] {
        (message.id, message.content.text) = ("m\(count)", String(repeating: piece, count: count))
        let text = MessageRequest(message: message, recipients: ["bob"]).json
        guard let request = try? MessageReader.request(Array(text.utf8)) else { continue }
        _ = try await trial.desk.accept([request], of: MessagingTrial.chat)[0].get()
      }
      try await trial.afterCrash().finish()
      #expect(trial.run.taken.count >= 2)
      #expect(try await trial.decisions("m1000").map(\.state) == [.given])
    }
  }

  // MARK: Forgetting

  @Test func whatIsOldIsForgotten() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.report("bob", "phone", .killed, seen: ["m0"])
      for number in 1...300 { try await trial.send(MessagingTrial.message("m\(number)"), to: "bob") }
      try await trial.finish()
      trial.clock.advance(24 * 3_600_000)
      try await trial.send(MessagingTrial.message("new"), to: "bob")
      try await trial.finish()
      #expect(try await trial.decisions("m1").count == 1)
      trial.clock.advance(1)
      for _ in 0..<4 { try await trial.finish() }
      #expect(try await trial.decisions("m1") == [])
      #expect(try await trial.decisions("m300") == [])
      #expect(try await trial.decisions("new").count == 1)
      #expect(
        try await trial.send(MessagingTrial.message("m0"), to: "bob").decisions.map(\.decision) == [.push])
    }
  }

  @Test func aUserIsForgottenInOneApplication() async throws {
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      try await trial.register("bob", "other phone", application: "other")
      try await trial.send(MessagingTrial.message("m1"), to: "bob", "eve")
      try await trial.send(MessagingTrial.message("m1"), to: "bob", application: MessagingTrial.other)
      try await trial.desk.forget("bob", application: "chat")
      try await trial.finish()
      #expect(try await trial.decisions("m1").map(\.user) == ["eve"])
      #expect(trial.run.taken.map { $0.notification.headers.topic } == ["com.example.other"])
    }
  }
}
