import Delivery
import DeliveryTesting
import EventLoop
import Foundation
import NotificationModel
import Outbox
import Testing

/// Recalls against their messages, in every order, with a process that is killed in between.
struct OutboxRecallTests {
  /// When the recall comes.
  enum Moment: Int, CaseIterable {
    case beforeTheMessage, beforeTheSending, beforeTheAnswer, afterTheAnswer
  }

  enum Answer: CaseIterable {
    case taken, busy, lost
  }

  /// A process that is killed before the nth step, from 0; 5 is never.
  @Test(arguments: Moment.allCases, Array(0...5))
  func everyOrderOfMessageRecallSendingAnswerAndCrash(_ moment: Moment, _ crash: Int) throws {
    for answer in Answer.allCases {
      for recallOfSent in [OutboxOptions.RecallOfSent.nothing, .replace(text: "gone")] {
        try check(moment, crash, answer, recallOfSent)
      }
    }
  }

  private func check(
    _ moment: Moment, _ crash: Int, _ answer: Answer, _ recallOfSent: OutboxOptions.RecallOfSent
  ) throws {
    let sample = try OutboxSample()
    sample.options.recallOfSent = recallOfSent
    let server = ManualSink.Server()
    var sink = ManualSink(server, on: sample.reactor)
    sample.sink = sink
    try sample.open()
    let what = "\(moment), crash \(crash), \(answer), \(recallOfSent)"
    var isRecalled = false
    var isGiven = false

    func crashes(_ step: Int) throws {
      guard step == crash else { return }
      sample.kill()
      sink.kill()
      sink = ManualSink(server, on: sample.reactor)
      sink.limit = step <= 2 ? 0 : 1000
      sample.sink = sink
      try sample.open()
      // Who was not told that it is safe gives it again.
      if isRecalled, sample.audit.allSatisfy({ $0["recall"] == nil }) { sample.outbox?.withdraw("m") }
      if isGiven, !sample.accepted.contains("m"), sample.states["m"] == nil { sample.take(notification("m")) }
      sample.turn(1)
    }
    func recall(_ now: Moment) {
      guard now == moment else { return }
      isRecalled = true
      sample.outbox?.withdraw("m")
    }

    try crashes(0)
    recall(.beforeTheMessage)
    if moment == .beforeTheMessage { sample.turn() }
    try crashes(1)
    // No room: it is accepted, and stays.
    sink.limit = 0
    isGiven = true
    sample.take(notification("m"))
    sample.turn()
    try crashes(2)
    recall(.beforeTheSending)
    sink.limit = 1000
    sample.turn()
    try crashes(3)
    recall(.beforeTheAnswer)
    sample.turn(1)
    var why = DeliveryFailure("NoAnswer", "no answer")
    why.isUnknown = true
    switch answer {
    case .taken: sink.answer()
    case .busy: sink.answer { _ in .retry(after: .zero, why: DeliveryFailure("Busy", "busy")) }
    case .lost: sink.answer { _ in .retry(after: .zero, why: why) }
    }
    try crashes(4)
    sample.turn()
    recall(.afterTheAnswer)
    for _ in 0..<12 {
      sample.time += 2000
      sample.turn(2)
      sink.answer()
    }
    sample.turn()

    let ends = sample.audit.filter {
      $0["id"] as? String == "m" && $0["state"] != nil && $0["of_recall"] == nil
    }
    #expect(ends.count == 1, "\(what): \(sample.audit)")
    let state = ends.first?["state"] as? String
    let mayHaveArrived = ends.first?["may_have_arrived"] as? Bool ?? false
    let arrivals = server.taken.filter { $0.identifier == "m" && !$0.isOfRecall }
    let recalls = sample.audit.filter { $0["recall"] as? String == "m" }
    #expect(!recalls.isEmpty, "\(what)")
    if state == "withdrawn" {
      #expect(
        arrivals.isEmpty || mayHaveArrived,
        "\(what): it arrived, and the audit does not say so: \(sample.audit)")
      #expect(moment != .afterTheAnswer || answer != .taken || crash == 4, "\(what)")
    } else {
      #expect(state == "delivered", "\(what): \(sample.audit)")
      #expect(!arrivals.isEmpty, "\(what)")
      #expect(moment != .beforeTheMessage && moment != .beforeTheSending, "\(what)")
    }
    // Whatever may be on a device is replaced there, and what cannot be is left alone.
    let replacements = server.taken.filter(\.isOfRecall)
    if recallOfSent == .nothing || state == "withdrawn" && !mayHaveArrived {
      #expect(replacements.isEmpty, "\(what)")
    } else {
      #expect(!replacements.isEmpty, "\(what): \(sample.audit)")
      #expect(
        replacements.allSatisfy {
          $0.headers.collapseID == arrivals.first?.headers.collapseID ?? $0.headers.collapseID
        }, "\(what)")
    }
    #expect(Set(arrivals.map(\.apnsID)).count <= 1, "\(what)")
  }

  @Test func tenThousandRecallsThatRaceTheirMessages() throws {
    let sample = try OutboxSample()
    // Marks come in groups, as in earnest.
    sample.options.markDelay = .milliseconds(900)
    let server = ManualSink.Server()
    var sink = ManualSink(server, on: sample.reactor)
    sample.sink = sink
    try sample.open()
    var random = RandomSource(seed: 7)
    var steps = (0..<10_000).flatMap { [($0, true), ($0, false)] }
    // Each recall within some hundred steps of its message, before or behind.
    var keys = steps.indices.map { Double($0) + Double.random(in: -400...400, using: &random) }
    let order = steps.indices.sorted { keys[$0] < keys[$1] }
    keys.removeAll()
    steps = order.map { steps[$0] }
    var open: [String: Int] = [:]
    for (index, step) in steps.enumerated() {
      let name = "m\(step.0)"
      if step.1 {
        sample.take(notification(name, token: "\(step.0 % 3000)"))
        open[name] = index
      } else {
        sample.outbox?.withdraw(name)
      }
      if Int.random(in: 0..<40, using: &random) == 0 { sample.turn(1) }
      if Int.random(in: 0..<60, using: &random) == 0 {
        sink.answer(Int.random(in: 0...200, using: &random)) {
          $0.ticket % 17 == 0 ? .retry(after: .zero, why: DeliveryFailure("Busy", "busy")) : .done
        }
      }
      if Int.random(in: 0..<2500, using: &random) == 0 {
        // A process that has committed what it was given, and is killed with answers that nobody has read.
        sample.turn(1)
        sample.kill()
        sink.kill()
        sink = ManualSink(server, on: sample.reactor)
        sample.sink = sink
        try sample.open()
      }
    }
    for _ in 0..<400 where sample.outbox?.pending ?? 0 > 0 {
      sample.time += 1000
      sample.turn(1)
      sink.answer()
    }
    var arrivals: [String: Int] = [:]
    for notification in server.taken { arrivals[notification.identifier, default: 0] += 1 }
    var ends: [String: (state: String, isTold: Bool)] = [:]
    for line in sample.audit {
      guard let id = line["id"] as? String, let state = line["state"] as? String else { continue }
      #expect(ends[id] == nil, "\(id) has two ends")
      let isTold = line["may_have_arrived"] as? Bool ?? false
      ends[id] = (state, isTold)
    }
    #expect(ends.count == 10_000)
    let silent = ends.filter { $0.value.state == "withdrawn" && arrivals[$0.key] != nil && !$0.value.isTold }
    #expect(silent.isEmpty, "withdrawn and delivered, and nobody says so: \(silent.keys.prefix(5))")
    let never = ends.filter { $0.value.state == "delivered" && arrivals[$0.key] == nil }
    #expect(never.isEmpty)
    // Both happen, or the test shows nothing.
    let states = Dictionary(grouping: ends.values, by: \.state).mapValues(\.count)
    #expect(states["withdrawn"] ?? 0 > 1000 && states["delivered"] ?? 0 > 1000, "\(states)")
    let recalls = Set(sample.audit.compactMap { $0["recall"] as? String })
    #expect(recalls.count == 10_000)
  }

  @Test func aRecallByAnotherProcessIsHeeded() throws {
    let sample = try OutboxSample()
    let sink = ManualSink(ManualSink.Server(), on: sample.reactor)
    sink.limit = 0
    sample.sink = sink
    try sample.open()
    sample.take(notification("m"), notification("n", token: "cd"))
    sample.turn()
    let inventory = try OutboxInventory(sample.path, writes: true)
    try inventory.recall(["m"])
    sink.limit = 10
    sample.turn()
    #expect(sink.server.arrived.map(\.identifier) == ["n"])
    #expect(sample.states["m"] == ["withdrawn"])
    #expect(try inventory.awaitRecalls(["m"], seconds: 0) == 0)
  }

  @Test func whatAnotherProcessAcceptsOfARecalledMessageIsWithdrawn() throws {
    let sample = try OutboxSample()
    try sample.open()
    sample.outbox?.withdraw("m")
    sample.turn()
    let other = try Outbox(
      sample.path, sample.options, sink: nil, audit: nil, on: sample.reactor,
      wallClock: { [unowned sample] in sample.time })
    other.take(notification("m"))
    other.take(notification("n"))
    sample.reactor.turn(timeout: .zero)
    sample.turn()
    #expect(sample.memory.delivered.map(\.identifier) == ["n"])
    #expect(sample.states == ["m": ["withdrawn"], "n": ["delivered"]])
  }

  @Test(arguments: ["m", "the-collapse-id", "11111111-2222-4333-8444-555555555555", "an-alias"])
  func aMessageGoesByAnyOfItsNames(_ name: String) throws {
    let sample = try OutboxSample()
    try sample.open(delivers: false)
    var message = PushNotification(
      ticket: 0, place: "test:1", deviceToken: "ab", payload: Array("{}".utf8),
      apnsID: "11111111-2222-4333-8444-555555555555")
    message.identifier = "m"
    message.headers.collapseID = "the-collapse-id"
    message.aliases = ["an-alias"]
    sample.take(message, notification("n", token: "cd"))
    sample.turn()
    sample.kill()
    try sample.open()
    sample.outbox?.withdraw(name)
    sample.turn()
    #expect(sample.memory.delivered.map(\.identifier) == ["n"])
    #expect(sample.states["m"] == ["withdrawn"])
  }

  @Test func aRecallFindsWhatIsTriedAgain() throws {
    let sample = try OutboxSample()
    sample.memory.answer = { _ in .retry(after: .seconds(100), why: DeliveryFailure("Busy", "busy")) }
    try sample.open()
    sample.take(notification("a"), notification("b"), notification("c"))
    sample.turn()
    sample.kill()
    try sample.open()
    sample.memory.answer = { _ in .done }
    sample.outbox?.withdraw("a")
    for _ in 0..<5 {
      sample.time += 1000
      sample.turn()
    }
    // What was behind it goes on.
    #expect(sample.states == ["a": ["withdrawn"], "b": ["delivered"], "c": ["delivered"]])
    #expect(sample.memory.delivered.map(\.identifier) == ["b", "c"])
  }

  @Test func aBackgroundPushTellsTheAppToRemoveIt() throws {
    let sample = try OutboxSample()
    sample.options.recallOfSent = .background
    try sample.open()
    sample.take(notification("m"))
    sample.turn()
    sample.kill()
    try sample.open()
    sample.outbox?.withdraw("m")
    sample.turn(6)
    let push = try #require(sample.memory.delivered.last)
    #expect(
      push.isOfRecall && push.headers.pushType == "background" && push.headers.priority == "5"
        && push.headers.topic == "com.example.app")
    let payload = try #require(try JSONSerialization.jsonObject(with: Data(push.payload)) as? [String: Any])
    #expect((payload["withdraw"] as? [String])?.first == "m")
    #expect((payload["aps"] as? [String: Any])?["content-available"] as? Int == 1)
    #expect(sample.audit.contains { $0["recall"] as? String == "m" && $0["then"] as? String == "removed" })
  }

  @Test func moreRecallsOfAnotherProcessThanAreLookedAfterAtATime() throws {
    let sample = try OutboxSample()
    sample.options.leaseLimit = 100_000
    sample.sink = MemorySink(limit: 100_000, on: sample.reactor)
    sample.memory.answer = { _ in .retry(after: .seconds(10), why: DeliveryFailure("Busy", "busy")) }
    try sample.open()
    let count = 12_000
    for number in 0..<count { sample.take(notification("m\(number)", token: "t\(number)")) }
    sample.turn(20)
    let inventory = try OutboxInventory(
      sample.path, writes: true, wallClock: { [unowned sample] in sample.time })
    try inventory.recall((0..<count).map { "m\($0)" })
    sample.memory.answer = { _ in .done }
    sample.turn(30)
    sample.time += 20_000
    sample.turn(30)
    #expect(sample.memory.delivered.isEmpty)
    #expect(sample.states.values.count { $0 == ["withdrawn"] } == count)
  }

  @Test func aNameThatManyShareIsRecalledInParts() throws {
    let sample = try OutboxSample()
    try sample.open(delivers: false)
    let count = 12_000
    for number in 0..<count {
      var message = notification("m\(number)", token: "t\(number)")
      message.aliases = ["all"]
      sample.take(message)
    }
    sample.take(notification("other"))
    sample.turn()
    sample.kill()
    try sample.open()
    sample.outbox?.withdraw("all")
    sample.turn(30)
    #expect(sample.memory.delivered.map(\.identifier) == ["other"])
    #expect(sample.states.values.count { $0 == ["withdrawn"] } == count)
    // It is told once, with all that it found.
    let told = sample.audit.filter { $0["recall"] != nil }
    #expect(told.count == 1 && told[0]["withdrawn"] as? Int == count, "\(told)")
    // And what comes under that name later does not leave.
    var late = notification("late")
    late.aliases = ["all"]
    sample.take(late)
    sample.turn()
    #expect(sample.states["late"] == ["withdrawn"])
  }

  @Test func whatIsBehindARecalledMessageOfAKilledProcessGoesOn() throws {
    let sample = try OutboxSample()
    let server = ManualSink.Server()
    let sink = ManualSink(server, on: sample.reactor)
    sample.sink = sink
    try sample.open()
    sample.take(notification("first"))
    sample.turn()
    // So many behind it that they get rows of their own.
    for number in 0..<3000 { sample.take(notification("m\(number)")) }
    sample.turn(30)
    sample.kill()
    sample.sink = MemorySink(on: sample.reactor)
    try sample.open()
    sample.outbox?.withdraw("first")
    for _ in 0..<3200 { sample.turn(1) }
    #expect(sample.states["first"] == ["withdrawn"])
    #expect(sample.memory.delivered.map(\.identifier) == (0..<3000).map { "m\($0)" })
  }

  @Test func aRecallOfALaterOneKeepsTheOrder() throws {
    let sample = try OutboxSample()
    let server = ManualSink.Server()
    let sink = ManualSink(server, on: sample.reactor)
    sample.sink = sink
    try sample.open()
    for number in 0..<6 { sample.take(notification("x\(number)")) }
    sample.turn()
    // The answer and the recall come in one turn.
    sink.limit = 0
    sink.answer()
    sample.outbox?.withdraw("x5")
    sample.turn(1)
    sink.limit = 100
    for _ in 0..<8 {
      sample.turn(1)
      sink.answer()
    }
    #expect(server.arrived.map(\.identifier) == ["x0", "x1", "x2", "x3", "x4"])
  }

  @Test func aRecallIsForgottenInTheEnd() throws {
    let sample = try OutboxSample()
    try sample.open()
    sample.outbox?.withdraw("m")
    sample.turn()
    sample.time += 31 * 86_400_000
    sample.take(notification("m"))
    sample.turn()
    #expect(sample.states == ["m": ["delivered"]])
  }

  /// A drop is over once what it takes back is on the disk.
  @Test func aWithdrawalIsToldOfOnceItIsSafe() throws {
    let sample = try OutboxSample()
    try sample.open()
    var told: [UInt64] = []
    sample.outbox?.events.withdrew = { told.append($0) }
    sample.outbox?.withdraw(["m", "n"], for: 7)
    #expect(told.isEmpty)
    sample.turn()
    #expect(told == [7])
    sample.kill()
    try sample.open()
    sample.take(notification("m"), notification("o"))
    sample.turn()
    #expect(sample.states == ["m": ["withdrawn"], "o": ["delivered"]])
  }

  /// What is in the file is accepted and cannot be taken back; what is not leaves no trace.
  @Test func aNotificationIsTakenBackBeforeItIsSafe() throws {
    let sample = try OutboxSample()
    try sample.open()
    var first = notification("m")
    first.ticket = 41
    sample.take(first, notification("n"))
    #expect(sample.outbox?.cancel(41) == true)
    #expect(sample.outbox?.cancel(41) == false)
    sample.turn()
    #expect(sample.states == ["n": ["delivered"]])
    sample.take(first)
    sample.turn()
    #expect(sample.states["m"] == ["delivered"])
    #expect(sample.outbox?.cancel(41) == false)
  }
}
