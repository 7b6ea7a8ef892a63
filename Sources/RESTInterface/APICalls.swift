import FrontDoor
import Synchronization

/// The calls that wait for answers to their pushes.
final class APICalls: Sendable {
  /// The receiver of an answer, with whether another push was the same before.
  typealias Receiver = @Sendable (_ answer: DoorAnswer, _ isRepeat: Bool) -> Void

  private struct State {
    var last: UInt64 = 0
    var open: [UInt64: Receiver] = [:]
  }

  private let state = Mutex(State())

  /// Notes a call; returns its number.
  func begin(_ receiver: @escaping Receiver) -> UInt64 {
    state.withLock { state in
      state.last += 1
      state.open[state.last] = receiver
      return state.last
    }
  }

  /// Answers a call, once.
  func answer(_ call: UInt64, _ answer: DoorAnswer, isRepeat: Bool) {
    state.withLock { $0.open.removeValue(forKey: call) }?(answer, isRepeat)
  }

  /// Forgets a call that has no answer.
  func forget(_ call: UInt64) { state.withLock { $0.open[call] = nil } }

  /// Takes answers of the run.
  func take(_ answers: [PushAnswer]) {
    for answered in answers {
      guard case .call(let call) = answered.client.place else { continue }
      answer(call, answered.answer, isRepeat: answered.client.isRepeat)
    }
  }
}
