import Synchronization

/// A value that one part of a service makes once, and that others wait for.
final class Awaited<Value: Sendable>: Sendable {
  private enum State {
    case pending([CheckedContinuation<Value, any Error>])
    case settled(Result<Value, any Error>)
  }

  private let state = Mutex(State.pending([]))

  /// The value; nil while there is none.
  var current: Value? {
    state.withLock { if case .settled(.success(let value)) = $0 { value } else { nil } }
  }

  /// Returns the value, once it is there.
  ///
  /// - Throws: the error for which there is none.
  func value() async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      state.withLock { state in
        switch state {
        case .pending(let waiting): state = .pending(waiting + [continuation])
        case .settled(let result): continuation.resume(with: result)
        }
      }
    }
  }

  /// Gives the value, or the error for which there is none; the first one counts.
  func settle(_ result: Result<Value, any Error>) {
    let waiting = state.withLock { state -> [CheckedContinuation<Value, any Error>] in
      guard case .pending(let waiting) = state else { return [] }
      state = .settled(result)
      return waiting
    }
    for continuation in waiting { continuation.resume(with: result) }
  }
}
