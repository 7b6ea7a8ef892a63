import Synchronization

/// The orders of a service's reloads and rollbacks, of which one is carried out and a few wait.
final class OrderQueue: Sendable {
  /// The most orders that wait for the end of another.
  static let limit = 8

  private struct State {
    /// The order that is carried out, for people; nil for none.
    var current: String?
    var waiting: [(order: String, turn: CheckedContinuation<String?, Never>)] = []
  }

  private let state = Mutex(State())

  /// Waits for an order's turn, and begins it; returns the one that is carried out where too many wait for its end.
  func begin(_ order: String) async -> String? {
    await withCheckedContinuation { turn in
      let refusal = state.withLock { state -> String?? in
        guard let current = state.current else {
          state.current = order
          return .some(nil)
        }
        if state.waiting.count >= Self.limit { return current }
        state.waiting.append((order, turn))
        return nil
      }
      if let refusal { turn.resume(returning: refusal) }
    }
  }

  /// Ends the order that is carried out; it is the next one's turn.
  func end() {
    let next = state.withLock { state -> CheckedContinuation<String?, Never>? in
      guard !state.waiting.isEmpty else {
        state.current = nil
        return nil
      }
      let next = state.waiting.removeFirst()
      state.current = next.order
      return next.turn
    }
    next?.resume(returning: nil)
  }
}
