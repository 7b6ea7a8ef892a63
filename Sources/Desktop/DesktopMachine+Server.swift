import Delivery

/// The connection to the bus, and the server behind it.
extension DesktopMachine {
  mutating func connected() {
    server = .asking(wasGone: false)
    effects.append(.askServer)
  }

  mutating func connectionFailed(_ why: String) {
    server = .disconnected
    giveBack("NoSessionBus", why)
  }

  mutating func connectionLost() {
    effects.append(.notice("the session bus has closed the connection; it is tried again"))
    let why = "the session bus closed the connection"
    var failure = DeliveryFailure("NoSessionBus", why)
    failure.isUnknown = true
    for delivery in deliveries {
      if case .asked = delivery.state { end(delivery.ticket, .retry(after: .seconds(1), why: failure)) }
    }
    disconnect()
    giveBack("NoSessionBus", why)
  }

  mutating func serverReady(_ capabilities: ServerCapabilities) {
    server = .ready(capabilities)
    for delivery in deliveries {
      if case .ready(let answer) = delivery.state { show(delivery.ticket, answer) }
    }
  }

  mutating func serverGone() {
    switch server {
    case .disconnected, .connecting: return
    case .gone, .asking(wasGone: true): break
    case .asking(wasGone: false), .ready:
      effects.append(
        .notice("the notification server has gone; what comes is shown once there is one again"))
    }
    server = .gone
    // Its numbers mean nothing to the next one.
    for id in entries.ids { entries.update(id) { $0.number = nil } }
    giveBack("NoServer", "no notification server answers; start one, such as dunst")
  }

  /// Forgets the connection; what waits for an answer to an update goes on as it was.
  mutating func disconnect() {
    server = .disconnected
    effects.append(.disconnect)
    for id in entries.ids {
      entries.update(id) { $0.number = nil }
      if case .updating(let update) = entries[id]?.state { settle(id, update) }
    }
  }

  /// Reports what cannot be shown at the moment.
  private mutating func giveBack(_ reason: String, _ why: String) {
    for delivery in deliveries {
      switch delivery.state {
      case .waiting, .ready:
        end(delivery.ticket, .retry(after: .seconds(1), why: DeliveryFailure(reason, why)))
      case .presenting, .asked: break
      }
    }
  }
}
