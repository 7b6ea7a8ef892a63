import Delivery
import NotificationModel
import Outbox
import Testing

/// Long random walks of the machine, with a model of the file that is a dictionary.
///
/// What must hold: each entry ends once; one of a device token and class is at the sink only when all before it have
/// ended; and nothing is forgotten.
struct EntryWalkTests {
  /// The file and the sink, as simply as they can be said.
  private final class Model {
    struct Row {
      var notification: PushNotification
      var wait: EntryState.Wait
      var acceptedAt: Int64
      var attempts: Int
      var mayHaveArrived: Bool
    }

    let sample = MachineSample()
    var random: RandomSource
    var rows: [UInt64: Row] = [:]
    /// By device token and class: the tickets in order of acceptance.
    var accepted: [UInt64: [UInt64]] = [:]
    var tokens: [UInt64: UInt64] = [:]
    var ends: [UInt64: DeliveryEnd] = [:]
    /// What the sink has.
    var given: Set<UInt64> = []
    var kinds: Set<EntryState.Kind> = []
    var number = 0

    init(seed: UInt64) { random = RandomSource(seed: seed) }

    func chance(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

    func load() {
      let count = Int.random(in: 1...20, using: &random)
      let notifications = (0..<count).map { _ in
        number += 1
        var one = notification("m\(number)", token: "t\(Int.random(in: 0..<12, using: &random))")
        if chance(4) { one.headers.priority = "5" }
        if chance(9) {
          one.headers.expiration = String(sample.wall / 1000 + Int64.random(in: 0...20, using: &random))
        }
        if chance(5) { one.aliases = ["group\(number % 7)"] }
        return one
      }
      for entry in sample.load(notifications) {
        guard let token = entry.token else { continue }
        accepted[token, default: []].append(entry.ticket)
        tokens[entry.ticket] = token
      }
    }

    func check(given entry: Entry) {
      given.insert(entry.ticket)
      guard let token = entry.token else { return }
      let earlier = accepted[token, default: []].prefix { $0 != entry.ticket }.filter { ends[$0] == nil }
      let isFirst = earlier.allSatisfy { ticket in
        sample.journal.results.contains { $0.notification.ticket == ticket }
      }
      #expect(isFirst, "\(entry.ticket) went before \(earlier)")
    }

    func give() {
      let room = Int.random(in: 0...6, using: &random)
      for entry in sample.give(room) { check(given: entry) }
      var left = Int.random(in: 0...6, using: &random)
      for (ticket, row) in rows.sorted(by: { $0.key < $1.key }) where left > 0 {
        guard let due = row.wait.due, due <= sample.wall, !sample.machine.concerns(ticket),
          !sample.machine.isOwned(tokens[ticket])
        else { continue }
        let entry = Entry(held: row.notification, row.wait, acceptedAt: row.acceptedAt, sample.options)
        entry.attempts = row.attempts
        entry.mayHaveArrived = row.mayHaveArrived
        if sample.machine.endIfLate(entry, sample.wall) { continue }
        sample.machine.give(entry)
        check(given: entry)
        left -= 1
      }
    }

    func answer() {
      for ticket in given.sorted() where chance(3) {
        given.remove(ticket)
        let results: [DeliveryResult] = [
          .done, .done, .permanent(why: .busy), .retry(after: .zero, why: .busy),
          .retry(after: .zero, why: .noAnswer), .blocked(lane: "lane\(ticket % 3)", why: .busy),
        ]
        let result = results.randomElement(using: &random) ?? .done
        sample.machine.answer(DeliveryReport(ticket, result), sample.wall)
      }
    }

    /// What a commit does with the journal.
    func commit() {
      let journal = sample.journal
      for ticket in journal.endedRows.keys { rows[ticket] = nil }
      for (ticket, change) in journal.rows.sorted(by: { $0.key < $1.key }) {
        let entry = change.entry
        kinds.insert(entry.state.kind)
        guard case .held(var wait) = entry.state else {
          rows[ticket] = nil
          continue
        }
        if wait == .behindAnyInFile { wait = isFirst(ticket) ? .until(sample.wall) : .behind }
        rows[ticket] = Row(
          notification: entry.notification, wait: wait, acceptedAt: entry.acceptedAt,
          attempts: entry.attempts,
          mayHaveArrived: entry.mayHaveArrived)
      }
      for token in journal.wakes {
        let first = rows.keys.filter { tokens[$0] == token }.min()
        if let first, rows[first]?.wait == .behind { rows[first]?.wait = .until(sample.wall) }
      }
      for result in journal.results {
        let ticket = result.notification.ticket
        #expect(ends[ticket] == nil, "\(ticket) has two ends")
        ends[ticket] = result.end
      }
      sample.machine.removeEmptyBatches()
      journal.removeAll()
    }

    private func isFirst(_ ticket: UInt64) -> Bool {
      !rows.keys.contains { tokens[$0] == tokens[ticket] && $0 < ticket }
    }

    func step() {
      switch Int.random(in: 0..<12, using: &random) {
      case 0: load()
      case 1...4: give()
      case 5...7: answer()
      case 8, 9: commit()
      case 10: sample.wall += Int64.random(in: 0...3000, using: &random)
      default:
        let name = chance(3) ? "group\(number % 7)" : "m\(Int.random(in: 0...number, using: &random))"
        // As a commit does, which looks through memory and writes the journal; the file is looked through then.
        sample.machine.recall([name], sample.wall)
        commit()
      }
    }

    /// Lets everything that is left go its way.
    func drain() {
      for _ in 0..<4000 where ends.count < tokens.count {
        give()
        for ticket in given.sorted() {
          given.remove(ticket)
          sample.machine.answer(DeliveryReport(ticket, .done), sample.wall)
        }
        commit()
        sample.wall += 1000
      }
    }
  }

  @Test(arguments: 1...16 as ClosedRange<UInt64>)
  func eachEntryEndsOnceAndInItsTurn(_ seed: UInt64) {
    let model = Model(seed: seed)
    for _ in 0..<1000 { model.step() }
    model.drain()
    #expect(model.ends.count == model.tokens.count)
    #expect(model.rows.isEmpty && model.sample.machine.isIdle && model.sample.machine.sinkCount == 0)
    #expect(model.sample.journal.isEmpty)
    // All of it happened, or the walk shows nothing.
    let ends = Set(model.ends.values.compactMap(\.name))
    #expect(ends == ["delivered", "refused", "expired", "withdrawn"], "\(ends)")
    #expect(model.kinds.isSuperset(of: [.held, .dead]))
  }
}

extension DeliveryEnd {
  fileprivate var name: String? {
    switch self {
    case .delivered: "delivered"
    case .refused: "refused"
    case .expired: "expired"
    case .withdrawn: "withdrawn"
    case .undelivered: nil
    }
  }
}
