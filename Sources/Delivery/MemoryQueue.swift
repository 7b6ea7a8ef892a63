import EventLoop
import Glibc
import NotificationModel

/// Brings notifications to a sink until each has its end: what may be retried is, with back-off, for a bounded time.
///
/// Everything is kept in memory and bounded: where the queue has no room, its user reads no further.
package final class MemoryQueue: DeliveryQueue {
  package struct Options: Sendable {
    /// How long a notification is tried, from when it was taken.
    package var retriesFor = Duration.seconds(60)
    /// The shortest time before it is tried again, doubled with each attempt.
    package var backOff = Duration.milliseconds(500)
    /// The most notifications that wait to be tried again.
    package var limit = 10_000
    /// Whether it goes on when the input has ended, for what people do with what was delivered.
    package var staysOpen = false

    package init() {}
  }

  package var events = DeliveryQueueEvents()

  private struct Parcel {
    var notification: PushNotification
    var attempts = 0
    var takenAt: Int64
    var dueAt: Int64 = 0
    var failure: DeliveryFailure?
    var isWithdrawn = false

    var mayHaveArrived: Bool { notification.mayHaveArrived || failure?.isUnknown ?? false }
  }

  private let sink: any NotificationSink
  private let options: Options
  private var atSink: [UInt64: Parcel] = [:]
  private var delayed: [Parcel] = []
  private var fresh: [Parcel] = []
  /// When the first of those that wait is due.
  private var nextDue = Int64.max
  private var staysOpen: Bool
  /// A Boolean value that is true once what could be retried ends instead.
  private var hasStoppedRetrying = false

  package init(_ sink: any NotificationSink, _ options: Options) {
    self.sink = sink
    self.options = options
    staysOpen = options.staysOpen
  }

  package var descriptor: Int32 { sink.descriptor }
  /// How many notifications have no end yet.
  package var pending: Int { atSink.count + delayed.count + fresh.count + (staysOpen ? 1 : 0) }
  package var room: Int { delayed.count < options.limit ? max(sink.room - fresh.count, 0) : 0 }

  package func take(_ notification: PushNotification, now: Int64) {
    fresh.append(Parcel(notification: notification, takenAt: now))
  }

  package func withdraw(_ name: String) {
    func leaves(_ parcel: Parcel) -> Bool {
      guard parcel.notification.names.contains(name) else { return false }
      events.ended(parcel.notification, .withdrawn(mayHaveArrived: parcel.mayHaveArrived), parcel.attempts)
      return true
    }
    delayed.removeAll(where: leaves)
    fresh.removeAll(where: leaves)
    // What the sink has is withdrawn if it comes back.
    for (ticket, parcel) in atSink where parcel.notification.names.contains(name) {
      atSink[ticket]?.isWithdrawn = true
    }
    sink.withdraw(name)
  }

  @discardableResult
  package func turn(now: Int64) -> Int64? {
    give(now)
    for report in sink.takeReports() { take(report, now) }
    for notice in sink.takeNotices() { events.notice(notice) }
    for event in sink.takeEvents() { events.responded(event) }
    // Their places are free for others now.
    give(now)
    return delayed.isEmpty ? nil : max(nextDue - now, 1_000_000)
  }

  private func give(_ now: Int64) {
    var room = sink.room
    var given: [PushNotification] = []
    func give(_ parcel: Parcel) {
      var parcel = parcel
      parcel.attempts += 1
      given.append(parcel.notification)
      atSink[parcel.notification.ticket] = parcel
      room -= 1
    }
    // What waits has waited longer.
    if now >= nextDue, room > 0 {
      var kept: [Parcel] = []
      for parcel in delayed {
        if room > 0, parcel.dueAt <= now { give(parcel) } else { kept.append(parcel) }
      }
      delayed = kept
      nextDue = kept.map(\.dueAt).min() ?? .max
    }
    let count = min(max(room, 0), fresh.count)
    for parcel in fresh[..<count] { give(parcel) }
    fresh.removeFirst(count)
    if !given.isEmpty { sink.take(given) }
  }

  private func take(_ report: DeliveryReport, _ now: Int64) {
    guard var parcel = atSink.removeValue(forKey: report.ticket) else { return }
    switch report.result {
    case .done: events.ended(parcel.notification, .delivered, parcel.attempts)
    case .permanent(let why): events.ended(parcel.notification, .refused(why), parcel.attempts)
    case _ where parcel.isWithdrawn:
      if case .retry(_, let why) = report.result { parcel.failure = why }
      events.ended(parcel.notification, .withdrawn(mayHaveArrived: parcel.mayHaveArrived), parcel.attempts)
    case .blocked(_, let why): events.ended(parcel.notification, .undelivered(why), parcel.attempts)
    case .retry(let after, let why):
      let wished = after.nanoseconds
      let own = options.backOff.nanoseconds << min(Int64(parcel.attempts - 1), 10)
      // Up to a quarter more, so that what failed together does not come back together.
      let delay = max(wished, own)
      parcel.dueAt = now + delay + Int64.random(in: 0...max(delay / 4, 1))
      let wasUnknown = parcel.mayHaveArrived
      parcel.failure = why
      if wasUnknown { parcel.failure?.isUnknown = true }
      if hasStoppedRetrying || parcel.dueAt - parcel.takenAt > options.retriesFor.nanoseconds {
        events.ended(parcel.notification, .undelivered(parcel.failure ?? why), parcel.attempts)
      } else {
        delayed.append(parcel)
        nextDue = min(nextDue, parcel.dueAt)
      }
    }
  }

  /// Nothing: what waits is tried for its own time.
  package func inputEnded(now: Int64) {}

  /// None: what has no end is told as undelivered.
  package var waiting: Int? { 0 }

  package func close() { closeSink() }

  /// Closes the sink, and passes on what it has to say at its end.
  private func closeSink() {
    sink.close()
    for notice in sink.takeNotices() { events.notice(notice) }
    for event in sink.takeEvents() { events.responded(event) }
  }

  package func stopRetrying() {
    staysOpen = false
    hasStoppedRetrying = true
    let stopped = delayed
    delayed.removeAll()
    for parcel in stopped {
      events.ended(parcel.notification, .undelivered(parcel.failure ?? Self.stopped), parcel.attempts)
    }
  }

  package func abandon() {
    staysOpen = false
    closeSink()
    for report in sink.takeReports() { take(report, Int64.max / 2) }
    stopRetrying()
    var left = Self.stopped
    left.isUnknown = true
    for parcel in atSink.values.sorted(by: { $0.notification.ticket < $1.notification.ticket }) {
      events.ended(parcel.notification, .undelivered(left), parcel.attempts)
    }
    for parcel in fresh { events.ended(parcel.notification, .undelivered(Self.stopped), 0) }
    atSink.removeAll()
    fresh.removeAll()
  }

  private static let stopped = DeliveryFailure("Stopped", "the run was stopped before there was an answer")
}
