import Delivery
import NotificationModel
import Outbox
import OutboxRecords
import Testing

/// Every move of an entry by the event that leads to it, with neither a file nor a process.
struct EntryMachineTests {
  typealias Kind = EntryState.Kind

  /// A way to a state, and the event that leads on.
  struct Move: CustomTestStringConvertible, Sendable {
    let from: Kind
    let to: Kind
    let event: String
    /// Brings an entry into the first state.
    let arrange: @Sendable (MachineSample) -> Entry
    let act: @Sendable (MachineSample, Entry) -> Void

    var testDescription: String { "\(from) -> \(to): \(event)" }
  }

  private static func ready(_ sample: MachineSample) -> Entry { sample.load(notification("a"))[0] }

  private static func behind(_ sample: MachineSample) -> Entry {
    let entries = sample.load(notification("first"), notification("a"))
    sample.give()
    return entries[1]
  }

  private static func next(_ sample: MachineSample) -> Entry {
    let entries = sample.load(notification("first"), notification("a"))
    sample.give()
    sample.answer(entries[0], .done)
    return entries[1]
  }

  private static func atSink(_ sample: MachineSample) -> Entry {
    let entry = ready(sample)
    sample.give()
    return entry
  }

  private static func heldInFile(_ sample: MachineSample) -> Entry { sample.held("a", .until(sample.wall)) }

  private static func heldInMemory(_ sample: MachineSample) -> Entry {
    let entry = atSink(sample)
    sample.answer(entry, .retry(after: .zero, why: .busy))
    return entry
  }

  private static func first(_ sample: MachineSample) -> Entry {
    guard let entry = sample.machine.entryAtSink(OutboxBatch.ticket(1, 0)) else { fatalError("none") }
    return entry
  }

  static let moves: [Move] = [
    Move(from: .ready, to: .atSink, event: "given", arrange: ready) { sample, _ in sample.give() },
    Move(from: .ready, to: .behind, event: "the one before is at the sink", arrange: behind) { _, _ in },
    Move(from: .ready, to: .held, event: "the one before has a row", arrange: ready) { sample, _ in
      _ = sample.held("earlier", .until(0))
      sample.give()
    },
    Move(from: .ready, to: .dead, event: "kept too long", arrange: ready) { sample, _ in
      sample.passKeptTime()
      sample.give()
    },
    Move(from: .ready, to: .ended, event: "recalled", arrange: ready) { sample, _ in
      sample.machine.recall(["a"], sample.wall)
    },
    Move(from: .behind, to: .next, event: "the one before has ended", arrange: behind) { sample, _ in
      sample.answer(first(sample), .done)
    },
    Move(from: .behind, to: .held, event: "the one before is to be retried", arrange: behind) { sample, _ in
      sample.answer(first(sample), .retry(after: .zero, why: .busy))
    },
    Move(from: .behind, to: .ended, event: "recalled", arrange: behind) { sample, _ in
      sample.machine.recall(["a"], sample.wall)
    },
    Move(from: .next, to: .atSink, event: "given", arrange: next) { sample, _ in sample.give() },
    Move(from: .next, to: .dead, event: "kept too long", arrange: next) { sample, _ in
      sample.passKeptTime()
      sample.give()
    },
    Move(from: .next, to: .ended, event: "recalled", arrange: next) { sample, _ in
      sample.machine.recall(["a"], sample.wall)
    },
    Move(from: .atSink, to: .atSink, event: "recalled", arrange: atSink) { sample, _ in
      sample.machine.recall(["a"], sample.wall)
    },
    Move(from: .atSink, to: .held, event: "retry", arrange: atSink) { sample, entry in
      sample.answer(entry, .retry(after: .zero, why: .busy))
    },
    Move(from: .atSink, to: .held, event: "its lane is blocked", arrange: atSink) { sample, entry in
      sample.answer(entry, .blocked(lane: "key", why: .busy))
    },
    Move(from: .atSink, to: .left, event: "retry when the outbox closes", arrange: atSink) { sample, entry in
      sample.machine.leavesAnswers = true
      sample.answer(entry, .retry(after: .zero, why: .busy))
    },
    Move(from: .atSink, to: .dead, event: "refused", arrange: atSink) { sample, entry in
      sample.answer(entry, .permanent(why: .busy))
    },
    Move(from: .atSink, to: .ended, event: "delivered", arrange: atSink) { sample, entry in
      sample.answer(entry, .done)
    },
    Move(from: .atSink, to: .ended, event: "recalled, and retry", arrange: atSink) { sample, entry in
      sample.machine.recall(["a"], sample.wall)
      sample.answer(entry, .retry(after: .zero, why: .busy))
    },
    Move(from: .held, to: .atSink, event: "due", arrange: heldInFile) { sample, entry in
      sample.machine.give(entry)
    },
    Move(from: .held, to: .dead, event: "kept too long", arrange: heldInFile) { sample, entry in
      sample.passKeptTime()
      _ = sample.machine.endIfLate(entry, sample.wall)
    },
    Move(from: .held, to: .ended, event: "recalled before the commit", arrange: heldInMemory) { sample, _ in
      sample.machine.recall(["a"], sample.wall)
    },
  ]

  @Test(arguments: moves)
  func eachEventMoves(_ move: Move) {
    let sample = MachineSample()
    let entry = move.arrange(sample)
    // What makes an entry wait is in the way to it.
    if move.to != .behind { #expect(entry.state.kind == move.from) }
    move.act(sample, entry)
    #expect(entry.state.kind == move.to)
    let hasEnded = move.to == .ended || move.to == .dead
    #expect(sample.journal.results.contains { $0.notification.identifier == "a" } == hasEnded)
    #expect((sample.journal.rows[entry.ticket] != nil) == (move.to == .held || move.to == .dead))
    #expect(sample.machine.isAtSink(entry.ticket) == (move.to == .atSink))
    #expect((sample.journal.endedRows[entry.ticket] != nil) == (move.to == .ended && entry.home != .batch))
  }

  /// The moves from `fresh` are of a batch, and stand below.
  @Test func everyMoveIsWalked() {
    for kind in Kind.allCases where kind != .fresh {
      let walked = Set(Self.moves.filter { $0.from == kind }.map(\.to))
      #expect(walked == Set(EntryState.moves(from: kind)), "\(kind)")
    }
  }

  @Test func aBatchIsReadyButForWhatWasRecalled() {
    let sample = MachineSample()
    let entries = sample.load(
      notification("a"), notification("b", token: "cd"), notification("c"), recalled: [1])
    #expect(entries.map(\.state.kind) == [.ready, .ended, .ready])
    #expect(sample.journal.results.map(\.notification.identifier) == ["b"])
    #expect(sample.journal.batches == [1] && sample.machine.batch(1)?.left == 2)
  }

  @Test func whatExpiresHasItsOwnResult() {
    let sample = MachineSample()
    var late = notification("late")
    late.headers.expiration = String(sample.wall / 1000 + 10)
    let entries = sample.load([late, notification("b")])
    sample.wall += 10_000
    #expect(sample.give().map(\.notification.identifier) == ["b"])
    #expect(entries[0].state == .ended && sample.journal.results.map(\.end) == [.expired])
  }

  /// `apns-expiration` 0: once, or not at all.
  @Test func whatIsForOnceIsTriedForAMinute() {
    let sample = MachineSample()
    var once = notification("once")
    once.headers.expiration = "0"
    let entry = sample.load(once)[0]
    #expect(entry.expires == sample.wall + 60_000)
  }

  @Test func anAnswerForWhatTheSinkDoesNotHaveChangesNothing() {
    let sample = MachineSample()
    let entry = Self.atSink(sample)
    sample.answer(entry, .done)
    sample.answer(entry, .permanent(why: .busy))
    sample.machine.answer(DeliveryReport(12345, .done), sample.wall)
    #expect(entry.state == .ended && sample.journal.results.map(\.end) == [.delivered])
  }

  /// By the service's own names nothing is taken back: who reads a message must not get a push that it is gone.
  @Test(arguments: ["a", NotificationName.own("push:a")]) func anOwnNameOnlyWithdraws(_ name: String) {
    let sample = MachineSample { $0.recallOfSent = .background }
    var first = notification("a")
    first.aliases = [NotificationName.own("push:a")]
    let entries = sample.load(first, notification("b", token: "cd"))
    entries[0].mayHaveArrived = true
    sample.machine.recall([name], sample.wall)
    #expect(sample.journal.results.map(\.end) == [.withdrawn(mayHaveArrived: true)])
    #expect(sample.journal.recallPushes.count == (name == "a" ? 1 : 0))
    // Also where APNs had it at that moment.
    sample.give()
    sample.machine.recall(["b"], sample.wall)
    sample.answer(entries[1], .done)
    #expect(sample.journal.recallPushes.count == (name == "a" ? 2 : 1))
  }

  @Test func whatMayHaveArrivedIsSaid() {
    let sample = MachineSample()
    let entry = Self.atSink(sample)
    sample.answer(entry, .retry(after: .zero, why: .noAnswer))
    sample.machine.recall(["a"], sample.wall)
    #expect(sample.journal.results.map(\.end) == [.withdrawn(mayHaveArrived: true)])
  }

  @Test func whatIsLeftIsKeptWhereItMayHaveArrived() {
    let sample = MachineSample()
    sample.machine.leavesAnswers = true
    let entry = Self.atSink(sample)
    entry.mayHaveArrived = true
    sample.answer(entry, .blocked(lane: "key", why: .busy))
    #expect(entry.state == .held(.until(sample.wall)))
    #expect(sample.lanes["key"] == nil)
  }

  @Test func aRetryWaitsAtLeastItsBackOff() {
    let sample = MachineSample()
    for attempt in 0..<6 {
      let entry = sample.held("a\(attempt)", .until(sample.wall), token: "t\(attempt)")
      entry.attempts = attempt
      sample.machine.give(entry)
      sample.answer(entry, .retry(after: .zero, why: .busy))
      guard case .held(.until(let due)) = entry.state else {
        Issue.record("\(entry.state)")
        continue
      }
      let least = Int64(1000) << Int64(attempt)
      #expect((least...least + least / 4).contains(due - sample.wall), "\(attempt)")
    }
  }

  @Test func aWishIsHonouredForADayAtMost() {
    let sample = MachineSample()
    let entry = Self.atSink(sample)
    sample.answer(entry, .retry(after: .seconds(1 << 40), why: .busy))
    guard case .held(.until(let due)) = entry.state else {
      Issue.record("\(entry.state)")
      return
    }
    #expect((86_400_000...108_000_000).contains(due - sample.wall))
  }

  @Test func aLaneOpensWithTheFirstAnswer() {
    let sample = MachineSample()
    let entry = Self.atSink(sample)
    sample.answer(entry, .blocked(lane: "key", why: .busy))
    #expect(entry.state == .held(.lane("key", since: sample.wall)))
    #expect(sample.lanes["key"]?.triesAt == sample.wall + 5000)
    let trying = sample.held("b", .lane("key", since: sample.wall), token: "cd")
    sample.machine.give(trying)
    #expect(trying.state == .atSink(.init(lane: "key")))
    sample.answer(trying, .done)
    #expect(sample.lanes["key"]?.triesAt == nil && sample.lanes.due == .now)
  }

  /// What may wait gets one turn in eight.
  @Test func bothClassesHaveTheirTurn() {
    let sample = MachineSample()
    let notifications = (0..<32).map { number in
      var one = notification(number.isMultiple(of: 2) ? "urgent" : "patient", token: "t\(number)")
      if !number.isMultiple(of: 2) { one.headers.priority = "5" }
      return one
    }
    sample.load(notifications)
    let given = sample.give(16).map(\.notification.identifier)
    #expect(given.filter { $0 == "patient" }.count == 2)
    #expect(given[7] == "patient" && given[15] == "patient")
  }

  @Test func aFullMemoryHoldsWhatWaitsForOthers() {
    let sample = MachineSample()
    for _ in 0..<10 { sample.load((0..<300).map { notification("m\($0)") }) }
    sample.give()
    // As many as may wait there went to rows of their own, and all that came later behind them.
    #expect(sample.machine.sinkCount == 1 && sample.machine.waitingCount == 0)
    #expect(sample.journal.rows.count == 2999)
    #expect(
      sample.journal.rows.values.allSatisfy { $0.entry.state == .held(.behind) })
  }

  @Test func aNameThatIsRecalledTwiceIsFoundOnce() {
    let sample = MachineSample()
    let entry = Self.atSink(sample)
    sample.machine.recall(["a"], sample.wall)
    sample.machine.recall(["a"], sample.wall)
    #expect(entry.state == .atSink(.init(recall: "a")))
    #expect(sample.recalls.findings["a"]?.underWay == 1 && sample.recalls.isAtSink("a"))
    sample.answer(entry, .done)
    #expect(sample.journal.settledRecalls == ["a"] && !sample.recalls.isAtSink("a"))
  }
}
