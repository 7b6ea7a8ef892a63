import Composition
import Messaging
import NotificationModel
import Presence
import PushExtras
import Registry
import Testing

/// Random orders of what happens to one user's messages, held to a model: who had seen a message gets no push of it, and
/// who has no other way to it gets one.
struct InterleavingTests {
  /// The state of the user's only device as the chat server knows it.
  private enum App: Equatable {
    case connected(leaseEnd: Int64)
    case background(since: Int64, leaseEnd: Int64)
    case away
  }

  /// A message as the model knows it.
  private struct Known {
    /// The time at which its push is due; nil where none will be.
    var due: Int64?
  }

  private static let lease: Int64 = 300_000
  private static let wait: Int64 = 120_000

  /// The model of one user.
  private struct Model {
    var app = App.away
    var messages: [String: Known] = [:]
    var order: [String] = []
    /// The messages whose push must have been made.
    var pushed: Set<String> = []
    /// The messages that may not be pushed whatever comes: seen or recalled before they came.
    var forbidden: Set<String> = []

    mutating func expire(_ now: Int64) {
      switch app {
      case .connected(let end) where end <= now, .background(_, let end) where end <= now: app = .away
      default: break
      }
    }

    /// The time at which a push of now is due; nil where there is none.
    func due(_ now: Int64) -> Int64? {
      switch app {
      case .away: now
      case .connected: nil
      case .background(let since, _): now - since > wait ? now : since + wait + 1
      }
    }

    /// Makes what is due, unless the app is present again.
    mutating func release(_ now: Int64) {
      for id in order where !pushed.contains(id) {
        guard let due = messages[id]?.due, due <= now else { continue }
        let again = self.due(now)
        messages[id]?.due = again
        if let again, again <= now { pushed.insert(id) }
      }
    }
  }

  private enum Step: CaseIterable {
    case message, connect, background, kill, see, recall, expire, crash, round
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func noPushToWhoHasSeenAndNoneIsLost(_ seed: UInt64) async throws {
    // One service for all runs of a seed: each has a user of its own.
    try await MessagingTrial.with { first in
      var random = RandomSource(seed: seed)
      var trial = first
      for number in 0..<1000 {
        trial = try await run(trial, "user \(number)", &random)
      }
    }
  }

  /// Runs one user's random story; returns the service, which may have crashed since.
  private func run(
    _ first: MessagingTrial, _ user: String, _ random: inout RandomSource
  ) async throws -> MessagingTrial {
    var (trial, model, steps) = (first, Model(), [Step]())
    let (device, before) = ("phone of \(user)", first.run.taken.count)
    try await trial.register(user, device)
    for index in 0..<Int.random(in: 3...8, using: &random) {
      let step = Step.allCases.randomElement(using: &random) ?? .round
      steps.append(step)
      trial.clock.advance([0, 1, 40_000, 119_999, 120_000, 200_000].randomElement(using: &random) ?? 0)
      model.expire(trial.clock.now)
      // What is due is made before anything else happens, as a service does that keeps up.
      try await trial.finish()
      model.release(trial.clock.now)
      if step == .crash {
        trial = try trial.afterCrash()
      } else {
        let ids = ("\(user)/\(index)", "\(user)/\(index + 1)")
        try await perform(step, ids, user, device, trial, &model, &random)
      }
    }
    trial.clock.advance(Self.lease + 1)
    model.expire(trial.clock.now)
    try await trial.finish()
    model.release(trial.clock.now)
    let pushed = trial.run.taken[before...].compactMap(\.extra).filter { $0.recipientID == user }
      .compactMap(\.messageID)
    let place: Comment = "\(user): \(steps)"
    #expect(Set(pushed) == model.pushed, place)
    #expect(pushed.count == Set(pushed).count, place)
    for id in model.order { #expect(try await trial.decisions(id).count == 1, "\(user): \(id)") }
    return trial
  }

  private func perform(
    _ step: Step, _ ids: (String, String), _ user: String, _ device: String, _ trial: MessagingTrial,
    _ model: inout Model, _ random: inout RandomSource
  ) async throws {
    let (now, (id, next)) = (trial.clock.now, ids)
    switch step {
    case .message:
      let isForbidden = model.forbidden.contains(id)
      try await trial.send(MessagingTrial.message(id), to: user)
      model.order.append(id)
      model.messages[id] = Known(due: isForbidden ? nil : model.due(now))
    case .connect:
      try await trial.report(user, device, .connected, lease: Self.lease)
      model.app = .connected(leaseEnd: now + Self.lease)
      // Due pushes are made already, and scheduled ones are withdrawn.
      for id in model.order where !model.pushed.contains(id) { model.messages[id]?.due = nil }
    case .background:
      try await trial.report(user, device, .background, lease: Self.lease)
      if case .background(let since, _) = model.app {
        model.app = .background(since: since, leaseEnd: now + Self.lease)
      } else {
        model.app = .background(since: now, leaseEnd: now + Self.lease)
      }
    case .kill:
      try await trial.report(user, device, .killed, lease: Self.lease)
      // What waited is due now.
      if model.app != .away {
        for id in model.order where !model.pushed.contains(id) && model.messages[id]?.due != nil {
          model.messages[id]?.due = now
        }
      }
      model.app = .away
    case .see:
      // Some that are there, and one that comes later.
      let ids = model.order.filter { _ in Bool.random(using: &random) }
      let coming = Bool.random(using: &random) ? [next] : []
      try await trial.report(user, device, nil, seen: ids + coming, lease: Self.lease)
      renew(&model, now)
      model.forbidden.formUnion(coming)
      for id in ids where !model.pushed.contains(id) { model.messages[id]?.due = nil }
    case .recall:
      guard let recalled = model.order.randomElement(using: &random) else { return }
      try await trial.send(MessagingTrial.recall(id, of: recalled), to: user)
      // Who has the push gets the recall, by the same rules.
      let isPushed = model.pushed.contains(recalled)
      if !isPushed { model.messages[recalled]?.due = nil }
      model.order.append(id)
      model.messages[id] = Known(due: isPushed && !model.forbidden.contains(id) ? model.due(now) : nil)
    case .expire:
      trial.clock.advance(Self.lease)
      model.expire(trial.clock.now)
      try await trial.finish()
      model.release(trial.clock.now)
    case .crash, .round:
      try await trial.finish()
      model.release(now)
    }
  }

  private func renew(_ model: inout Model, _ now: Int64) {
    switch model.app {
    case .connected: model.app = .connected(leaseEnd: now + Self.lease)
    case .background(let since, _): model.app = .background(since: since, leaseEnd: now + Self.lease)
    case .away: break
    }
  }
}
