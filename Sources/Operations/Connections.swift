import EventLoop
import NIOCore
import Synchronization

/// The open connections of one listener.
package final class Connections: Sendable {
  private struct Connection {
    var channel: any Channel
    /// The order in which connections became idle; nil for one that has a request.
    var idleOrder: Int?
  }

  private struct State {
    var open: [ObjectIdentifier: Connection] = [:]
    var nextOrder = 0
  }

  private let state = Mutex(State())
  private let limit: Int

  /// Makes an empty table for at most `limit` connections.
  package init(limit: Int) { self.limit = limit }

  /// Adds a connection; where there are too many, the one that has been idle longest is ended in its place.
  ///
  /// - Returns: false where there is no place.
  func add(_ channel: any Channel) -> Bool {
    let (isAdded, old) = state.withLock { state -> (Bool, (any Channel)?) in
      var old: (any Channel)?
      if state.open.count >= limit {
        let idle = state.open.filter { $0.value.idleOrder != nil }
        guard let oldest = idle.min(by: { $0.value.idleOrder ?? 0 < $1.value.idleOrder ?? 0 }) else {
          return (false, nil)
        }
        old = oldest.value.channel
        state.open[oldest.key] = nil
      }
      state.open[ObjectIdentifier(channel)] = Connection(channel: channel, idleOrder: state.nextOrder)
      state.nextOrder += 1
      return (true, old)
    }
    old?.pipeline.fireUserInboundEventTriggered(RequestGuard.Cut())
    return isAdded
  }

  /// Records whether a connection has a request.
  func update(_ channel: any Channel, isIdle: Bool) {
    state.withLock { state in
      let id = ObjectIdentifier(channel)
      guard let connection = state.open[id], (connection.idleOrder != nil) != isIdle else { return }
      state.open[id]?.idleOrder = isIdle ? state.nextOrder : nil
      state.nextOrder += 1
    }
  }

  /// Takes a connection out that has ended.
  func remove(_ channel: any Channel) {
    state.withLock { _ = $0.open.removeValue(forKey: ObjectIdentifier(channel)) }
  }

  /// The channels of the open connections.
  var channels: [any Channel] { state.withLock { $0.open.values.map(\.channel) } }
}
