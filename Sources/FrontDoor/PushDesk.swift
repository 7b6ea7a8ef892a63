import EventLoop
import NotificationModel
import Synchronization

/// The pushes that the service has admitted, with the clients that wait for their answers.
///
/// Threads of connections admit pushes, and the run's thread answers them.
package final class PushDesk: Sendable {
  /// The result of admitting a push.
  package enum Admission: Equatable {
    /// It is new, and goes on with this number.
    case new(UInt64)
    /// A push before it is the same, and its answer is this one's too.
    case joined
    /// A push before it was the same, and had this answer.
    case answered(DoorAnswer)
    /// Its key was claimed by another push.
    case conflict
  }

  private struct Open {
    /// nil once the client was told to come again.
    var client: PushClient?
    /// nil where nothing is promised to repeats.
    var identity: PushIdentity?
  }

  private struct State {
    var lastNumber: UInt64 = 0
    var open: [UInt64: Open] = [:]
    var window: RepeatWindow<PushClient>
    /// The pushes in flight whose clients were told to come again.
    var late: Set<RepeatIdentity> = []
  }

  private let state: Mutex<State>
  /// Sends answers to clients, from any thread.
  private let post: @Sendable ([PushAnswer]) -> Void

  /// Makes a desk with the pushes of earlier processes.
  package init(_ window: RepeatWindow<PushClient>, post: @escaping @Sendable ([PushAnswer]) -> Void) {
    state = Mutex(State(window: window))
    self.post = post
  }

  /// The number of pushes that the run has.
  package var openCount: Int { state.withLock { $0.open.count } }

  /// Returns the time for which repeats are recognized.
  func repeatWindow(at now: Int64) -> Duration { state.withLock { $0.window.length(at: now) } }

  /// Admits a push.
  ///
  /// - Parameter identity: that of the push among repeats; nil where nothing is promised to them.
  package func admit(_ client: PushClient, _ identity: PushIdentity?) -> Admission {
    state.withLock { state in
      if let known = Self.known(client, identity, &state) { return known }
      state.lastNumber += 1
      state.open[state.lastNumber] = Open(client: client, identity: identity)
      return .new(state.lastNumber)
    }
  }

  /// Returns what is known of a push; nil where it is new, and from now on in flight.
  private static func known(
    _ client: PushClient, _ identity: PushIdentity?, _ state: inout State
  ) -> Admission? {
    guard let identity else { return nil }
    var waiter = client
    waiter.isRepeat = true
    state.window.expire(at: client.beganAt)
    if let claim = identity.claim, !state.window.contains(identity.push) {
      if state.window.contains(claim) { return .conflict }
      // Before the push: see PushIdentity.parts.
      _ = state.window.arrive(claim, waiter, at: client.beganAt)
    }
    switch state.window.arrive(identity.push, waiter, at: client.beganAt) {
    case .joined:
      guard state.late.contains(identity.push) else { return .joined }
      state.window.leave(identity.push, waiter)
      return .answered(.unavailable)
    case .answered(let answer): return .answered(answer)
    case .first: return nil
    }
  }

  /// Answers pushes.
  package func answer(_ answers: [(number: UInt64, answer: DoorAnswer)]) {
    let all = state.withLock { state in
      answers.flatMap { number, answer in
        Self.end(number, answer, &state).map { PushAnswer(client: $0, answer: answer) }
      }
    }
    if !all.isEmpty { post(all) }
  }

  /// Ends a push, and returns the clients that get its answer.
  private static func end(_ number: UInt64, _ answer: DoorAnswer, _ state: inout State) -> [PushClient] {
    guard let open = state.open.removeValue(forKey: number) else { return [] }
    var clients = open.client.map { [$0] } ?? []
    if let identity = open.identity {
      state.late.remove(identity.push)
      for part in identity.parts {
        clients += answer.isFinal ? state.window.answer(part, answer) : state.window.forget(part)
      }
    }
    return clients
  }

  /// Gives up a push at its deadline: its client is told to come again.
  ///
  /// - Parameter isTakenBack: true where nothing more becomes of it, so that a repeat is a new push; else a repeat waits
  ///   for what becomes of it.
  package func expire(_ number: UInt64, isTakenBack: Bool) {
    if isTakenBack { return answer([(number, .unavailable)]) }
    let clients = state.withLock { state -> [PushClient] in
      guard let open = state.open[number] else { return [] }
      state.open[number]?.client = nil
      guard let identity = open.identity?.push else { return [open.client].compactMap(\.self) }
      state.late.insert(identity)
      return [open.client].compactMap(\.self) + state.window.takeWaiters(identity)
    }
    post(clients.map { PushAnswer(client: $0, answer: .unavailable) })
  }
}
