import EventLoop
import NotificationModel

/// Delivers notifications to a sink until each completes: what may be retried is, with back-off, for a bounded time.
///
/// Everything is kept in memory and bounded: where the queue has no room, its user reads no further.
package final class MemoryQueue: DeliveryQueue {
  /// The times and limits of retries.
  package struct Options: Sendable {
    /// The time for which a notification is tried, from when it was taken.
    package var retriesFor = Duration.seconds(60)
    /// The shortest time before it is tried again, doubled with each attempt.
    package var backOff = Duration.milliseconds(500)
    /// The most notifications that wait to be tried again.
    package var limit = 10_000
    /// A Boolean value that indicates whether it goes on when the input has ended, for people's responses.
    package var staysOpen = false

    package init() {}
  }

  package var events = DeliveryQueueEvents()

  private let sink: any NotificationSink
  private let reactor: Reactor
  private lazy var moving = reactor.timer { [unowned self] in give() }
  private let limit: Int
  /// The times of retries; nil once entries end instead of being retried.
  private var retries: MemoryEntry.Retries?
  private var staysOpen: Bool
  private var fresh: [MemoryEntry] = []
  private var atSink: [UInt64: MemoryEntry] = [:]
  private var delayed: [MemoryEntry] = []
  /// The time at which the first of those that wait is due; nil where none waits.
  private var nextDue: Int64?

  package init(_ sink: any NotificationSink, _ options: Options, on reactor: Reactor) {
    self.sink = sink
    self.reactor = reactor
    limit = options.limit
    retries = .init(time: options.retriesFor, backOff: options.backOff)
    staysOpen = options.staysOpen
    sink.events.reported = { [weak self] in self?.take($0) }
    sink.events.notice = { [weak self] in self?.events.notice($0) }
    sink.events.responded = { [weak self] in self?.events.responded($0) }
  }

  package var showsContent: Bool { sink.showsContent }
  /// The number of notifications that have no result yet; one more while the queue stays open.
  package var pending: Int { atSink.count + delayed.count + fresh.count + (staysOpen ? 1 : 0) }
  package var room: Int { delayed.count < limit ? max(sink.room - fresh.count, 0) : 0 }

  package var load: QueueLoad? {
    var load = QueueLoad()
    (load.queued, load.atSink, load.retrying) = (fresh.count, atSink.count, delayed.count)
    let times = [AnySequence(fresh), AnySequence(delayed), AnySequence(atSink.values)]
      .compactMap { $0.lazy.map(\.notification.acceptedAt).min() }
    load.oldest = times.min()
    return load
  }

  package func take(_ notification: PushNotification) {
    place(MemoryEntry(notification, takenAt: reactor.now))
    // What comes in one turn is given together.
    if fresh.count == 1 { moving.arm(after: .zero) }
  }

  package func withdraw(_ names: [String], for ticket: UInt64?) {
    for name in names { withdraw(name) }
    events.recalled(names)
    // Nothing outlives this process.
    if let ticket { events.withdrew(ticket) }
  }

  private func withdraw(_ name: String) {
    move(takeAllDelayed() + takeAllFresh() + takeAllAtSink()) { entry in
      if entry.notification.names.contains(name) { entry.withdraw() }
    }
    sink.withdraw(name)
  }

  package func cancel(_ ticket: UInt64) -> Bool {
    let entries = takeAllDelayed() + takeAllFresh()
    for entry in entries where entry.notification.ticket != ticket { place(entry) }
    return entries.contains { $0.notification.ticket == ticket }
  }

  private func take(_ reports: [DeliveryReport]) {
    let now = reactor.now
    for report in reports {
      guard var entry = atSink.removeValue(forKey: report.ticket) else { continue }
      if case .retry(_, let why) = report.result { events.attempted(entry.notification, why) }
      entry.answer(report.result, retries, now: now)
      place(entry)
    }
    // Their places are free for others now.
    moving.arm(after: .zero)
  }

  // MARK: Moves

  /// Puts an entry where its state has it; one that has ended is reported.
  private func place(_ entry: MemoryEntry) {
    switch entry.state {
    case .fresh: fresh.append(entry)
    case .atSink: atSink[entry.notification.ticket] = entry
    case .delayed(let due):
      delayed.append(entry)
      nextDue = min(nextDue ?? due, due)
    case .ended(let end): events.ended(entry.notification, end, entry.attempts)
    }
  }

  /// Gives the sink what it has room for, and comes again when more is due.
  private func give() {
    let now = reactor.now
    var room = sink.room
    var given: [PushNotification] = []
    func give(_ entry: MemoryEntry) {
      var entry = entry
      entry.give()
      given.append(entry.notification)
      place(entry)
      room -= 1
    }
    // What waits has waited longer.
    if let nextDue, now >= nextDue, room > 0 { for entry in takeDelayed(room, now) { give(entry) } }
    let count = min(max(room, 0), fresh.count)
    for entry in fresh[..<count] { give(entry) }
    fresh.removeFirst(count)
    if !given.isEmpty { sink.take(given) }
    // Where there is no room, a report brings some.
    if room > 0, let nextDue { moving.arm(at: nextDue) }
  }

  /// Takes out what is due.
  private func takeDelayed(_ limit: Int, _ now: Int64) -> [MemoryEntry] {
    var due: [MemoryEntry] = []
    for entry in takeAllDelayed() {
      if due.count < limit, case .delayed(let time) = entry.state, time <= now {
        due.append(entry)
      } else {
        place(entry)
      }
    }
    return due
  }

  /// Moves entries that are in no place any longer, and puts each where its new state has it.
  private func move(_ entries: [MemoryEntry], _ event: (inout MemoryEntry) -> Void) {
    for var entry in entries {
      event(&entry)
      place(entry)
    }
  }

  /// Takes out all entries that wait.
  private func takeAllDelayed() -> [MemoryEntry] {
    defer { (delayed, nextDue) = ([], nil) }
    return delayed
  }

  /// Takes out all fresh entries.
  private func takeAllFresh() -> [MemoryEntry] {
    defer { fresh = [] }
    return fresh
  }

  /// Takes out all entries that the sink has, in their order.
  private func takeAllAtSink() -> [MemoryEntry] {
    defer { atSink = [:] }
    return atSink.values.sorted { $0.notification.ticket < $1.notification.ticket }
  }

  // MARK: Ends

  /// Nothing: what waits is tried for its own time.
  package func inputEnded() {}

  /// None: what has no end is told as undelivered.
  package var waiting: Int? { 0 }

  package func close() { sink.close() }

  package func stopRetrying() {
    staysOpen = false
    retries = nil
    move(takeAllDelayed()) { $0.stopRetrying() }
  }

  package func abandon() {
    retries = nil
    sink.close()
    stopRetrying()
    move(takeAllAtSink() + takeAllFresh()) { $0.abandon() }
  }
}
