import EventLoop

/// The timer by which a pool looks at busy workers, to see whether they go on.
final class LookTimer {
  /// The time between two looks.
  private static let interval = Duration.milliseconds(250)

  private let reactor: Reactor
  private let look: (_ absence: Int64) -> Void
  private lazy var timer = reactor.timer { [unowned self] in fire() }
  private var dueAt: Int64 = 0

  /// - Parameter look: called once for each ``begin()``, with the nanoseconds by which the loop was late.
  init(_ reactor: Reactor, _ look: @escaping (_ absence: Int64) -> Void) {
    self.reactor = reactor
    self.look = look
  }

  /// Looks after the interval, unless a look is due already.
  func begin() {
    guard !timer.isArmed else { return }
    dueAt = reactor.now + Self.interval.nanoseconds
    timer.arm(at: dueAt)
  }

  private func fire() { look(max(reactor.now - dueAt, 0)) }
}
