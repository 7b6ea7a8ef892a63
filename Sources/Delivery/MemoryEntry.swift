import EventLoop
import NotificationModel

/// An entry of the queue in memory: a notification, and what it is doing.
package struct MemoryEntry {
  /// The state of an entry, with its data.
  package enum State: Equatable {
    /// The sink has not had it.
    case fresh
    /// The sink has it; what was withdrawn meanwhile is not tried again.
    case atSink(isWithdrawn: Bool)
    /// It waits to be tried again.
    case delayed(due: Int64)
    case ended(DeliveryEnd)
  }

  /// The times of an entry's retries.
  package struct Retries: Sendable {
    /// The time for which it is tried, from when it was taken.
    package var time: Duration
    /// The shortest time before it is tried again, doubled with each attempt.
    package var backOff: Duration

    package init(time: Duration, backOff: Duration) { (self.time, self.backOff) = (time, backOff) }
  }

  package let notification: PushNotification
  package private(set) var state = State.fresh
  package private(set) var attempts = 0
  private let takenAt: Int64
  /// The failure of the last attempt.
  private var failure: DeliveryFailure?

  package init(_ notification: PushNotification, takenAt: Int64) {
    self.notification = notification
    self.takenAt = takenAt
  }

  private var mayHaveArrived: Bool { notification.mayHaveArrived || failure?.isUnknown ?? false }

  /// Notes that it goes to the sink.
  package mutating func give() {
    switch state {
    case .fresh, .delayed:
      attempts += 1
      state = .atSink(isWithdrawn: false)
    case .atSink, .ended: break
    }
  }

  /// Takes it back; where the sink has it, the answer decides.
  package mutating func withdraw() {
    switch state {
    case .fresh, .delayed: state = .ended(.withdrawn(mayHaveArrived: mayHaveArrived))
    case .atSink: state = .atSink(isWithdrawn: true)
    case .ended: break
    }
  }

  /// Moves it on by the sink's answer.
  ///
  /// - Parameter retries: nil where nothing is tried again.
  package mutating func answer(_ result: DeliveryResult, _ retries: Retries?, now: Int64) {
    guard case .atSink(let isWithdrawn) = state else { return }
    switch result {
    case .done: state = .ended(.delivered)
    case .permanent(let why):
      note(why)
      state = .ended(.refused(failure ?? why))
    case .retry(let after, let why):
      note(why)
      if isWithdrawn {
        state = .ended(.withdrawn(mayHaveArrived: mayHaveArrived))
      } else {
        state = delayed(after, retries, now) ?? .ended(.undelivered(failure ?? why))
      }
    case .blocked(_, let why):
      note(why)
      state = .ended(isWithdrawn ? .withdrawn(mayHaveArrived: mayHaveArrived) : .undelivered(failure ?? why))
    }
  }

  /// Ends what would be tried again.
  package mutating func stopRetrying() {
    guard case .delayed = state else { return }
    state = .ended(.undelivered(failure ?? Self.stopped))
  }

  /// Ends it without an answer.
  package mutating func abandon() {
    switch state {
    case .fresh: state = .ended(.undelivered(Self.stopped))
    case .atSink:
      var why = Self.stopped
      why.isUnknown = true
      state = .ended(.undelivered(why))
    case .delayed: stopRetrying()
    case .ended: break
    }
  }

  private static let stopped = DeliveryFailure("Stopped", "the run was stopped before there was an answer")

  /// Notes why an attempt failed; what may have arrived once may have for good.
  private mutating func note(_ why: DeliveryFailure) {
    let wasUnknown = mayHaveArrived
    failure = why
    if wasUnknown { failure?.isUnknown = true }
  }

  /// Returns the state in which it waits to be tried again; nil where its time would be over.
  private func delayed(_ wish: Duration, _ retries: Retries?, _ now: Int64) -> State? {
    guard let retries else { return nil }
    let own = retries.backOff.nanoseconds << min(Int64(attempts - 1), 10)
    let delay = max(wish.nanoseconds, own)
    // Up to a quarter more, so that what failed together does not come back together.
    let due = now + delay + Int64.random(in: 0...max(delay / 4, 1))
    return due - takenAt > retries.time.nanoseconds ? nil : .delayed(due: due)
  }
}
