import Synchronization

/// The answers to the lines of a stream, in their order whatever comes first.
final class StreamAnswers: Sendable {
  private struct State {
    var texts: [String?] = []
    var numbers: [Int] = []
    var open = 0
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Notes a line; returns the place of its answer.
  func begin(_ number: Int) -> Int {
    state.withLock { state in
      state.texts.append(nil)
      state.numbers.append(number)
      state.open += 1
      return state.texts.count - 1
    }
  }

  /// Takes the answer to a line.
  func settle(_ place: Int, _ answer: SendAnswer) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.texts[place] = answer.line(state.numbers[place])
      state.open -= 1
      guard state.open == 0 else { return nil }
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Returns the answers, once all are there: nothing is noted any more.
  func all() async -> [String] {
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state -> Bool in
        if state.open > 0 { state.waiter = continuation }
        return state.open == 0
      }
      if isDone { continuation.resume() }
    }
    return state.withLock { $0.texts.compactMap(\.self) }
  }
}
