import EventLoop
import NotificationModel
import Synchronization

/// The way of pushes from requests into the run, and of answers back: the front door, the HTTP API and messages share it.
package final class PushIntake: Sendable {
  /// The pushes that an earlier process has accepted, as far as they are known.
  package struct Accepted: Sendable {
    /// The secret that their identities were made with.
    package var secret: [UInt8]
    /// The time of each commit, in milliseconds since 1970, and the identities of its pushes.
    package var commits: [(time: Int64, identities: [UInt8])] = []

    /// Knows of none, with a secret of its own, for a queue that forgets them with the process.
    package init() {
      var random = SystemRandomNumberGenerator()
      secret = (0..<RepeatIdentity.secretSize).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// Knows what a queue has kept.
    package init(secret: [UInt8], commits: [(time: Int64, identities: [UInt8])]) {
      (self.secret, self.commits) = (secret, commits)
    }

    /// Returns the window that knows them.
    func window(_ length: Duration, at now: DoorTime) -> RepeatWindow<PushClient> {
      var window = RepeatWindow<PushClient>(length)
      for commit in commits {
        // By the clock that never goes back.
        let age = max(now.wall - commit.time, 0) * 1_000_000
        window.restore(commit.identities, .accepted, committedAt: now.monotonic - age, at: now.monotonic)
      }
      return window
    }
  }

  /// The receivers of answers, by where clients wait.
  private final class Receivers: Sendable {
    typealias Receiver = @Sendable ([PushAnswer]) -> Void

    let streams = Mutex<Receiver>({ _ in })
    let calls = Mutex<Receiver>({ _ in })
    let messages = Mutex<Receiver>({ _ in })

    func post(_ answers: [PushAnswer]) {
      var (ofStreams, ofCalls, ofMessages): ([PushAnswer], [PushAnswer], [PushAnswer]) = ([], [], [])
      for answer in answers {
        switch answer.client.place {
        case .stream: ofStreams.append(answer)
        case .call: ofCalls.append(answer)
        case .message: ofMessages.append(answer)
        }
      }
      if !ofStreams.isEmpty { streams.withLock { $0 }(ofStreams) }
      if !ofCalls.isEmpty { calls.withLock { $0 }(ofCalls) }
      if !ofMessages.isEmpty { messages.withLock { $0 }(ofMessages) }
    }
  }

  /// The secret of the identities of pushes; it lives as long as they do.
  package let secret: [UInt8]
  /// The time in which a push is answered.
  package let deadline: Duration
  private let desk: PushDesk
  private let receivers = Receivers()
  private let entrance: @Sendable (DoorPush) -> Void
  private let exit: @Sendable () -> Void

  /// Makes the way into a run.
  ///
  /// - Parameters:
  ///   - source: the source of the run that the pushes go to; its answers come back here.
  ///   - accepted: what is known of pushes before.
  ///   - repeats: the time in which a push is a repeat.
  package init(_ source: DoorSource, accepted: Accepted, repeats: Duration, deadline: Duration) {
    let receivers = receivers
    let desk = PushDesk(accepted.window(repeats, at: .now)) { receivers.post($0) }
    source.answered = { desk.answer($0) }
    source.expired = { desk.expire($0, isTakenBack: $1) }
    self.desk = desk
    self.deadline = deadline
    secret = accepted.secret
    entrance = source.entrance
    exit = source.exit
  }

  /// Has the answers to the front door's pushes received.
  func onStreams(_ receive: @escaping @Sendable ([PushAnswer]) -> Void) {
    receivers.streams.withLock { $0 = receive }
  }

  /// Has the answers to calls of the HTTP API received.
  package func onCalls(_ receive: @escaping @Sendable ([PushAnswer]) -> Void) {
    receivers.calls.withLock { $0 = receive }
  }

  /// Has the answers to pushes of messages received.
  package func onMessages(_ receive: @escaping @Sendable ([PushAnswer]) -> Void) {
    receivers.messages.withLock { $0 = receive }
  }

  /// The result of giving a push.
  package enum Result: Sendable, Equatable {
    /// Its answer comes later, to who receives those of its place.
    case pending
    /// A push before it was the same, and had this answer.
    case answered(DoorAnswer)
    /// Its key was claimed by another push.
    case conflict
  }

  /// Gives a push to the run, or finds the same push before it.
  package func take(_ push: Push, _ client: PushClient, _ identity: PushIdentity?) -> Result {
    switch desk.admit(client, identity) {
    case .joined: return .pending
    case .answered(let answer): return .answered(answer)
    case .conflict: return .conflict
    case .new(let number):
      var push = push
      push.notification.repeatIdentity = identity?.bytes ?? []
      entrance(
        DoorPush(
          push, number: number, admittedAt: client.beganAt, due: client.beganAt + deadline.nanoseconds))
      return .pending
    }
  }

  /// Returns the time for which repeats are recognized.
  package func repeatWindow(at now: Int64) -> Duration { desk.repeatWindow(at: now) }

  /// Ends the source: the run goes on with what it has, and comes to its end.
  package func end() { exit() }
}
