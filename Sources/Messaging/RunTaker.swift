import EventLoop
import FrontDoor
import NotificationModel
import Synchronization

/// The way of pushes of messages into the run: a push that was given before a crash is known there, and not sent again.
package final class RunTaker: PushTaker {
  private struct Waiting {
    var results: [PushResult?]
    var open: Int
    var continuation: CheckedContinuation<[PushResult], Never>
  }

  /// The place of an answer.
  private struct Place {
    var group: UInt64
    var index: Int
  }

  private struct State {
    var lastGroup: UInt64 = 0
    var lastCall: UInt64 = 0
    var groups: [UInt64: Waiting] = [:]
    var calls: [UInt64: Place] = [:]
    /// The way into the run; nil before it is open.
    var intake: PushIntake?
  }

  private let recall: @Sendable ([String]) async -> Bool
  private let state = Mutex(State())

  /// Makes the way into a run that is not open yet.
  ///
  /// - Parameter recall: withdraws what goes by names, each with its app; false where the run has ended.
  package init(recall: @escaping @Sendable ([String]) async -> Bool) { self.recall = recall }

  /// Notes that the run is open.
  package func connect(_ intake: PushIntake) {
    intake.onMessages { [weak self] answers in self?.receive(answers) }
    state.withLock { $0.intake = intake }
  }

  package func withdraw(_ names: [String], of bundleID: String) async -> Bool {
    await recall(names.map { NotificationName.text($0, of: bundleID) })
  }

  package func take(_ pushes: [MessagePush]) async -> [PushResult] {
    guard !pushes.isEmpty, let intake = state.withLock({ $0.intake }) else {
      return pushes.map { _ in .unavailable }
    }
    return await withCheckedContinuation { continuation in
      let first = begin(pushes.count, continuation)
      for (index, push) in pushes.enumerated() { give(push, first + UInt64(index), intake) }
    }
  }

  /// Notes a group; returns the number of its first call.
  private func begin(_ count: Int, _ continuation: CheckedContinuation<[PushResult], Never>) -> UInt64 {
    state.withLock { state in
      state.lastGroup += 1
      state.groups[state.lastGroup] = Waiting(
        results: Array(repeating: nil, count: count), open: count, continuation: continuation)
      let first = state.lastCall + 1
      for index in 0..<count {
        state.calls[first + UInt64(index)] = Place(group: state.lastGroup, index: index)
      }
      state.lastCall += UInt64(count)
      return first
    }
  }

  private func give(_ push: MessagePush, _ call: UInt64, _ intake: PushIntake) {
    let notification = push.push.notification
    let client = PushClient(.message(call), apnsID: notification.apnsID, beganAt: MonotonicClock.now)
    let identity = RepeatIdentity(
      sender: "message/\(push.application)", id: notification.apnsID,
      deviceToken: notification.deviceToken ?? "", secret: intake.secret)
    switch intake.take(push.push, client, PushIdentity(identity)) {
    case .pending: break
    case .answered(let answer): settle(call, PushResult(answer))
    // Without a claim there is none.
    case .conflict: settle(call, .refused)
    }
  }

  private func receive(_ answers: [PushAnswer]) {
    for answer in answers {
      guard case .message(let call) = answer.client.place else { continue }
      settle(call, PushResult(answer.answer))
    }
  }

  private func settle(_ call: UInt64, _ result: PushResult) {
    let done = state.withLock { state -> Waiting? in
      guard let place = state.calls.removeValue(forKey: call), var group = state.groups[place.group] else {
        return nil
      }
      group.results[place.index] = result
      group.open -= 1
      state.groups[place.group] = group.open == 0 ? nil : group
      return group.open == 0 ? group : nil
    }
    if let done { done.continuation.resume(returning: done.results.map { $0 ?? .unavailable }) }
  }
}

extension PushResult {
  /// Makes the fate of an answer of the run.
  init(_ answer: DoorAnswer) {
    switch answer {
    case .accepted, .delivered, .dropped, .withdrawn: self = .taken
    // A fault of a plugin would be one again.
    case .refused: self = [429, 503].contains(answer.status) ? .unavailable : .refused
    }
  }
}
