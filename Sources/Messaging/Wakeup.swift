import Synchronization

/// A signal that wakes one task, also where it comes before the task waits.
final class Wakeup: Sendable {
  private enum State {
    case idle
    case signalled
    case waiting(CheckedContinuation<Void, Never>)
  }

  private let state = Mutex(State.idle)

  /// Wakes the task that waits, or the next that does.
  func signal() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard case .waiting(let waiter) = state else {
        state = .signalled
        return nil
      }
      state = .idle
      return waiter
    }
    waiter?.resume()
  }

  /// Waits for a signal, for a time, or until the task is cancelled.
  func wait(atMost time: Duration) async {
    let timer = Task {
      guard (try? await Task.sleep(for: time)) != nil else { return }
      signal()
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { wait($0) }
    } onCancel: {
      signal()
    }
    timer.cancel()
  }

  private func wait(_ continuation: CheckedContinuation<Void, Never>) {
    let isSignalled = state.withLock { state -> Bool in
      if case .signalled = state {
        state = .idle
        return true
      }
      state = .waiting(continuation)
      return false
    }
    if isSignalled { continuation.resume() }
  }
}
