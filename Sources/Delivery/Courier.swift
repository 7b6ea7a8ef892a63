import Glibc

/// Brings notifications to a sink until each has its end: what may be retried is, with back-off, for a bounded time.
///
/// Everything is kept in memory and bounded: where the courier has no room, its user reads no further.
package final class Courier {
  /// How a notification ended.
  package enum End: Sendable, Equatable {
    case delivered
    /// It will never be taken.
    case refused(DeliveryFailure)
    /// It may be taken another time; nobody tries any longer.
    case undelivered(DeliveryFailure)
  }

  package struct Options: Sendable {
    /// How long a notification is tried, from when it was taken.
    package var retriesFor = Duration.seconds(60)
    /// The shortest time before it is tried again, doubled with each attempt.
    package var backOff = Duration.milliseconds(500)
    /// The most notifications that wait to be tried again.
    package var limit = 10_000

    package init() {}
  }

  /// Told once for each notification, with the number of attempts.
  package var onEnd: (OutgoingNotification, End, Int) -> Void = { _, _, _ in }

  private struct Parcel {
    var notification: OutgoingNotification
    var attempts = 0
    var takenAt: Int64
    var dueAt: Int64 = 0
    var failure: DeliveryFailure?
  }

  private let sink: any NotificationSink
  private let options: Options
  private var atSink: [UInt64: Parcel] = [:]
  private var waiting: [Parcel] = []
  private var fresh: [Parcel] = []
  /// When the first of those that wait is due.
  private var nextDue = Int64.max

  package init(_ sink: any NotificationSink, _ options: Options) {
    self.sink = sink
    self.options = options
  }

  /// Readable where ``turn(now:)`` has something to do; -1 where it always may.
  package var descriptor: Int32 { sink.descriptor }
  /// How many notifications have no end yet.
  package var pending: Int { atSink.count + waiting.count + fresh.count }
  /// How many more there may be.
  package var room: Int { waiting.count < options.limit ? max(sink.room - fresh.count, 0) : 0 }

  /// Takes a notification, which ``turn(now:)`` gives to the sink.
  package func take(_ notification: OutgoingNotification, now: Int64) {
    fresh.append(Parcel(notification: notification, takenAt: now))
  }

  /// Moves everything on that can move.
  ///
  /// - Parameter now: a monotonic clock in nanoseconds.
  /// - Returns: the nanoseconds until there is something to do without the sink's saying so; nil for none.
  @discardableResult
  package func turn(now: Int64) -> Int64? {
    give(now)
    for report in sink.takeReports() { take(report, now) }
    // Their places are free for others now.
    give(now)
    return waiting.isEmpty ? nil : max(nextDue - now, 1_000_000)
  }

  private func give(_ now: Int64) {
    var room = sink.room
    var given: [OutgoingNotification] = []
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
      for parcel in waiting {
        if room > 0, parcel.dueAt <= now { give(parcel) } else { kept.append(parcel) }
      }
      waiting = kept
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
    case .done: onEnd(parcel.notification, .delivered, parcel.attempts)
    case .permanent(let why): onEnd(parcel.notification, .refused(why), parcel.attempts)
    case .blocked(_, let why): onEnd(parcel.notification, .undelivered(why), parcel.attempts)
    case .retry(let after, let why):
      let wished = Self.nanoseconds(after)
      let own = Self.nanoseconds(options.backOff) << min(Int64(parcel.attempts - 1), 10)
      // Up to a quarter more, so that what failed together does not come back together.
      let delay = max(wished, own)
      parcel.dueAt = now + delay + Int64.random(in: 0...max(delay / 4, 1))
      parcel.failure = why
      if parcel.dueAt - parcel.takenAt > Self.nanoseconds(options.retriesFor) {
        onEnd(parcel.notification, .undelivered(why), parcel.attempts)
      } else {
        waiting.append(parcel)
        nextDue = min(nextDue, parcel.dueAt)
      }
    }
  }

  /// Gives up on what waits to be tried again; what the sink has goes on.
  package func stopRetrying() {
    let stopped = waiting
    waiting.removeAll()
    for parcel in stopped {
      onEnd(parcel.notification, .undelivered(parcel.failure ?? Self.stopped), parcel.attempts)
    }
  }

  /// Ends everything now: what has no report is undelivered.
  package func abandon() {
    sink.close()
    for report in sink.takeReports() { take(report, Int64.max / 2) }
    stopRetrying()
    var left = Self.stopped
    left.isUnknown = true
    for parcel in atSink.values.sorted(by: { $0.notification.ticket < $1.notification.ticket }) {
      onEnd(parcel.notification, .undelivered(left), parcel.attempts)
    }
    for parcel in fresh { onEnd(parcel.notification, .undelivered(Self.stopped), 0) }
    atSink.removeAll()
    fresh.removeAll()
  }

  private static let stopped = DeliveryFailure("Stopped", "the run was stopped before there was an answer")

  private static func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, rest) = duration.components
    return seconds > 1 << 30 ? 1 << 60 : seconds * 1_000_000_000 + rest / 1_000_000_000
  }
}
