import EventLoop
import HTTP2Transport
import NotificationModel
import Synchronization

/// The pushes that the door has admitted, with the clients that wait for their answers.
///
/// Threads of connections admit pushes, and the run's thread answers them.
package final class DoorDesk: Sendable {
  /// A request that waits for an answer.
  package struct Client: Equatable, Sendable {
    var connection: Int
    var stream: Int32
    var apnsID: String
    /// The time at which it was whole, in nanoseconds of the monotonic clock.
    var beganAt: Int64
    var isRepeat = false

    /// Makes a client that waits since a time.
    package init(connection: Int, stream: Int32, apnsID: String, beganAt: Int64) {
      self.connection = connection
      self.stream = stream
      self.apnsID = apnsID
      self.beganAt = beganAt
    }
  }

  /// The result of admitting a push.
  package enum Admission: Equatable {
    /// It is new, and goes on with this number.
    case new(UInt64)
    /// A push before it is the same, and its answer is this one's too.
    case joined
    /// A push before it was the same, and had this answer.
    case answered(DoorAnswer)
  }

  private struct Open {
    /// nil once the client was told to come again.
    var client: Client?
    /// nil where the sender gave no `apns-id`, so that no repeat is promised anything.
    var identity: RepeatIdentity?
  }

  private struct State {
    var lastNumber: UInt64 = 0
    var open: [UInt64: Open] = [:]
    var window: RepeatWindow<Client>
    /// The pushes in flight whose clients were told to come again.
    var late: Set<RepeatIdentity> = []
  }

  private let state: Mutex<State>
  private let metrics: DoorMetrics
  /// Sends responses, from any thread.
  private let post: @Sendable ([HTTP2Answer]) -> Void

  /// Makes a desk with the pushes of earlier processes.
  package init(
    _ window: RepeatWindow<Client>, _ metrics: DoorMetrics, post: @escaping @Sendable ([HTTP2Answer]) -> Void
  ) {
    state = Mutex(State(window: window))
    self.metrics = metrics
    self.post = post
  }

  /// The number of pushes that the run has.
  package var openCount: Int { state.withLock { $0.open.count } }

  /// Returns the time for which repeats are recognized.
  func repeatWindow(at now: Int64) -> Duration { state.withLock { $0.window.length(at: now) } }

  /// Admits a push.
  ///
  /// - Parameter identity: that of the push among repeats; nil where its sender gave no `apns-id`.
  package func admit(_ client: Client, _ identity: RepeatIdentity?) -> Admission {
    var waiter = client
    waiter.isRepeat = true
    return state.withLock { state in
      switch identity.map({ state.window.arrive($0, waiter, at: client.beganAt) }) {
      case .joined:
        guard let identity, state.late.contains(identity) else { return .joined }
        state.window.leave(identity, waiter)
        return .answered(.unavailable)
      case .answered(let answer): return .answered(answer)
      case .first, nil: break
      }
      state.lastNumber += 1
      state.open[state.lastNumber] = Open(client: client, identity: identity)
      return .new(state.lastNumber)
    }
  }

  /// Answers pushes.
  package func answer(_ answers: [(number: UInt64, answer: DoorAnswer)]) {
    let responses = state.withLock { state in
      answers.flatMap { number, answer in
        Self.end(number, answer, &state).map { response(answer, $0) }
      }
    }
    if !responses.isEmpty { post(responses) }
  }

  /// Ends a push, and returns the clients that get its answer.
  private static func end(_ number: UInt64, _ answer: DoorAnswer, _ state: inout State) -> [Client] {
    guard let open = state.open.removeValue(forKey: number) else { return [] }
    var clients = open.client.map { [$0] } ?? []
    if let identity = open.identity {
      state.late.remove(identity)
      clients += answer.isFinal ? state.window.answer(identity, answer) : state.window.forget(identity)
    }
    return clients
  }

  /// Gives up a push at its deadline: its client is told to come again.
  ///
  /// - Parameter isTakenBack: true where nothing more becomes of it, so that a repeat is a new push; else a repeat waits
  ///   for what becomes of it.
  package func expire(_ number: UInt64, isTakenBack: Bool) {
    if isTakenBack { return answer([(number, .unavailable)]) }
    let clients = state.withLock { state -> [Client] in
      guard let open = state.open[number] else { return [] }
      state.open[number]?.client = nil
      guard let identity = open.identity else { return [open.client].compactMap(\.self) }
      state.late.insert(identity)
      return [open.client].compactMap(\.self) + state.window.takeWaiters(identity)
    }
    post(clients.map { response(.unavailable, $0) })
  }

  private func response(_ answer: DoorAnswer, _ client: Client) -> HTTP2Answer {
    metrics.count(answer, isRepeat: client.isRepeat)
    metrics.observe(MonotonicClock.now - client.beganAt)
    return HTTP2Answer(
      connection: client.connection, stream: client.stream, status: answer.status,
      headers: answer.headers(apnsID: client.apnsID, isRepeat: client.isRepeat), body: answer.body)
  }
}
