import EventLoop

/// A bus on the loop: what has come is processed, and what is due is done.
final class BusConnection {
  let bus: MessageBus
  private let reactor: Reactor
  private let onLoss: () -> Void
  private var registration: Reactor.Registration?
  /// The next time at which the bus has something to do by itself.
  private lazy var timer = reactor.timer { [unowned self] in process() }

  /// - Parameter onLoss: called once the bus has closed the connection.
  init(_ bus: MessageBus, on reactor: Reactor, onLoss: @escaping () -> Void) {
    self.bus = bus
    self.reactor = reactor
    self.onLoss = onLoss
  }

  deinit {
    // Off the loop before the descriptor is closed.
    registration = nil
  }

  private func process() { if bus.process() { update() } else { onLoss() } }

  /// Has the loop say when the bus has something to do; to be called after calls were made.
  func update() {
    if let registration {
      registration.interest = bus.readiness
    } else {
      registration = reactor.watch(bus.descriptor, for: bus.readiness) { [unowned self] _ in process() }
    }
    if let due = bus.due {
      timer.arm(at: Int64(clamping: min(due, .max / 1000) * 1000))
    } else {
      timer.disarm()
    }
  }
}
