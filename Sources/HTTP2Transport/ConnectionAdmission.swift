import Synchronization

/// The connections of a server, in total and by address.
final class ConnectionAdmission: Sendable {
  private struct State {
    var total = 0
    var byAddress: [String: Int] = [:]
  }

  private let limits: HTTP2Server.Limits
  private let state = Mutex(State())

  init(_ limits: HTTP2Server.Limits) { self.limits = limits }

  /// Admits a connection, or returns the reason why it is one too many.
  func admit(_ peer: HTTP2Peer) -> HTTP2ServerCounters.Cause? {
    state.withLock { state in
      guard state.total < limits.connections else { return .connections }
      if let network = peer.network {
        guard state.byAddress[network, default: 0] < limits.connectionsOfAddress else { return .address }
        state.byAddress[network, default: 0] += 1
      }
      state.total += 1
      return nil
    }
  }

  /// Forgets a connection that was admitted.
  func release(_ peer: HTTP2Peer) {
    state.withLock { state in
      state.total -= 1
      guard let network = peer.network, let count = state.byAddress[network] else { return }
      state.byAddress[network] = count > 1 ? count - 1 : nil
    }
  }
}
