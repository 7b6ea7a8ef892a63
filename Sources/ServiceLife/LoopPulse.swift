import EventLoop
import Synchronization

/// The turns of a run's loop, by which the service manager and health checks know that it does not hang.
///
/// The watchdog is fed by the loop's own calls and by nothing else: a timer elsewhere would hide a loop that hangs.
package final class LoopPulse: Sendable {
  private let manager: ServiceManager
  private let clock: @Sendable () -> Int64
  private let lastTurn: Atomic<Int64>
  private let lastFeed: Atomic<Int64>

  /// Makes a pulse that has just beaten.
  ///
  /// - Parameter clock: the time in nanoseconds; a test may have one of its own.
  package init(_ manager: ServiceManager, clock: @escaping @Sendable () -> Int64 = { MonotonicClock.now }) {
    self.manager = manager
    self.clock = clock
    lastTurn = Atomic(clock())
    lastFeed = Atomic(Int64.min / 2)
  }

  /// The time between two feeds of the watchdog: half of what the manager allows.
  private var feedInterval: Int64? { manager.watchdogTimeout.map { $0.nanoseconds / 2 } }

  /// The time in which a loop turns at least once, even where nothing happens.
  package var interval: Duration {
    let second: Int64 = 1_000_000_000
    return .nanoseconds(max(min(second, feedInterval.map { $0 / 2 } ?? second), 1_000_000))
  }

  /// Records that the loop has turned, and feeds the watchdog where it is time; only the loop's thread calls it.
  package func feed() {
    let now = clock()
    lastTurn.store(now, ordering: .relaxed)
    guard let feedInterval, now - lastFeed.load(ordering: .relaxed) >= feedInterval else { return }
    lastFeed.store(now, ordering: .relaxed)
    manager.feedWatchdog()
  }

  /// The time without a turn after which a loop counts as hung.
  package static let limit = Duration.seconds(10)

  /// The time since the loop's last turn.
  package var age: Duration { .nanoseconds(max(clock() - lastTurn.load(ordering: .relaxed), 0)) }

  /// A sentence for people where the loop hangs; nil where it turns.
  package var hang: String? {
    age > Self.limit
      ? "the run's loop has not turned for \(age.components.seconds) s; restart the service" : nil
  }
}

/// The timer by which a loop turns, and feeds its pulse, also where nothing else happens; it ends with its last reference.
package final class LoopHeartbeat {
  private let pulse: LoopPulse
  private var timer: Reactor.Timer?

  /// Beats at once, and from then on by the loop's turns.
  package init(_ pulse: LoopPulse, on reactor: Reactor) {
    self.pulse = pulse
    timer = reactor.timer { [weak self] in self?.beat() }
    beat()
  }

  private func beat() {
    pulse.feed()
    timer?.arm(after: pulse.interval)
  }
}
