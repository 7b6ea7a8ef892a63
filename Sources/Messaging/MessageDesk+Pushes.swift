import Applications
import Composition
import EventLoop
import GRDB
import Muting
import NotificationModel
import Presence
import Registry

/// The way of decided pushes into the run: from the file alone, so that it goes on after a crash where it was.
extension MessageDesk {
  /// The pushes that are given at once.
  private static let batch = 500
  /// The time until what failed is tried again.
  private static let pause = Duration.seconds(1)
  /// The longest sleep.
  private static let sleep = Duration.seconds(60)

  /// The work of one round, and when there is more.
  package enum Round: Sendable, Equatable {
    /// Something was done: there may be more.
    case busy
    /// Nothing can be done at the moment: the run takes nothing, or the file cannot be written.
    case stuck
    /// Nothing is to be done before a time, in milliseconds since 1970; nil where nothing is scheduled.
    case idle(until: Int64?)
  }

  /// Makes pushes until the task is cancelled; one failure of the registry is one sentence.
  package func run() async {
    var hasFailed = false
    while !Task.isCancelled {
      do throws(MessageError) {
        let round = try await round()
        hasFailed = false
        await wait(behind: round)
      } catch {
        if !hasFailed { parts.tell("pushes of messages wait: \(error)") }
        hasFailed = true
        try? await Task.sleep(for: Self.pause)
      }
    }
  }

  private func wait(behind round: Round) async {
    switch round {
    case .busy: break
    case .stuck: try? await Task.sleep(for: Self.pause)
    case .idle(let due):
      let left = due.map { Duration.milliseconds(max($0 - clock(), 0)) } ?? Self.sleep
      await wakeup.wait(atMost: min(left, Self.sleep))
    }
  }

  /// Does what is due: withdraws what was recalled, decides on scheduled pushes whose time has come, gives pushes to the run.
  package func round() async throws(MessageError) -> Round {
    guard try await withdrawRecalled() else { return .stuck }
    let now = clock()
    let released = try await release(at: now)
    if let pushes = try await pending() { return try await give(pushes) ? .busy : .stuck }
    if released > 0 { return .busy }
    try await forget(before: now - settings.keep.milliseconds)
    return .idle(until: try await nextDue())
  }

  private func nextDue() async throws(MessageError) -> Int64? {
    try await read { try DecisionTable.nextDue(in: $0) }
  }

  // MARK: Recalls

  /// Withdraws what is queued of recalled messages; false where the run has ended.
  private func withdrawRecalled() async throws(MessageError) -> Bool {
    let recalls = try await read { try StoredMessage.openRecalls(Self.batch, in: $0) }
    for recall in recalls {
      if let id = recall.message.recalledID, let application = parts.applications[recall.application] {
        guard await parts.taker.withdraw([id], of: application.bundleID) else { return false }
      }
      try await write { try StoredMessage.closeRecall(recall.number, in: $0) }
    }
    return true
  }

  // MARK: Scheduled pushes

  /// Decides again on scheduled pushes whose time has come; returns their number.
  private func release(at now: Int64) async throws(MessageError) -> Int {
    guard let next = try await nextDue(), next <= now else { return 0 }
    return try await write { [self] database in
      let due = try DecisionTable.due(at: now, Self.batch, in: database)
      for (number, decision) in due {
        try DecisionTable.update(
          try again(decision, on: number, in: database), of: number, in: database)
      }
      return due.count
    }
  }

  /// Decides again on a message for one device.
  private func again(
    _ decision: DeviceDecision, on number: Int64, in database: Database
  ) throws -> DeviceDecision {
    guard let stored = try StoredMessage.find(number, in: database),
      let application = parts.applications[stored.application]
    else { return decision.settled(.noContent, .recalled) }
    let devices = try DeviceStore.devices(of: [decision.user], application: application.key, in: database)
    let rules = try MuteStore.rules(
      of: [decision.user], MutePlace(stored.message), application, in: database)
    let decided = decide(application) {
      $0.decide(stored.message, for: decision.user, rules[0], devices)
    }
    guard var decided = decided.first(where: { $0.registration == decision.registration }),
      let device = devices.first(where: { $0.number == decision.registration })
    else { return decision.settled(.noDevice, .noDevice) }
    if decided.state == .pending { decided.badge = try Badge(stored.message).count(on: device, in: database) }
    return decided
  }

  // MARK: Pushes

  /// Makes the first pushes that are to be made, of which what cannot be made any more is settled; nil for none.
  private func pending() async throws(MessageError) -> [MessagePush]? {
    guard try await read({ try !DecisionTable.pending(1, in: $0).isEmpty }) else { return nil }
    return try await write { [self] database in
      var messages: [Int64: StoredMessage] = [:]
      var pushes: [MessagePush] = []
      for (number, decision) in try DecisionTable.pending(Self.batch, in: database) {
        if messages[number] == nil { messages[number] = try StoredMessage.find(number, in: database) }
        switch try push(messages[number], decision, in: database) {
        case .success(let push): pushes.append(push)
        case .failure(let obstacle):
          try DecisionTable.update(
            decision.settled(obstacle.decision, obstacle.reason), of: number, in: database)
        }
      }
      return pushes
    }
  }

  /// The reason why a push that was decided is not made.
  private struct Obstacle: Error {
    var decision: Decision
    var reason: Reason
  }

  private func push(
    _ stored: StoredMessage?, _ decision: DeviceDecision, in database: Database
  ) throws -> Result<MessagePush, Obstacle> {
    guard let stored, let application = parts.applications[stored.application],
      let device = try DeviceStore.device(decision.registration, in: database)
    else { return .failure(Obstacle(decision: .noDevice, reason: .noDevice)) }
    if let (decision, reason) = device.obstacle {
      return .failure(Obstacle(decision: decision, reason: reason))
    }
    var recipient = Recipient(device)
    // The composer counts from the number before.
    if let badge = decision.badge { recipient.badgeCount = badge - 1 }
    let verdict = decide(application) { $0.composer.compose(stored.message, for: recipient) }
    guard case .push(let composed, _) = verdict else {
      return .failure(Obstacle(decision: verdict.decision, reason: verdict.reason))
    }
    guard let push = MessagePush(stored, decision, composed.payload, to: device, of: application) else {
      return .failure(Obstacle(decision: .noContent, reason: .payloadTooLarge(composed.payload.count)))
    }
    return .success(push)
  }

  /// Gives pushes to the run, and notes what it has; false where it took none.
  private func give(_ pushes: [MessagePush]) async throws(MessageError) -> Bool {
    guard !pushes.isEmpty else { return true }
    let results = await parts.taker.take(pushes)
    let given = zip(pushes, results).filter { $0.1 != .unavailable }.map(\.0)
    guard !given.isEmpty else { return false }
    try await write { database in
      for push in given { try DecisionTable.give(push.decision, of: push.message, in: database) }
    }
    return true
  }

  // MARK: Forgetting

  /// Forgets some of what is older than a time, in milliseconds since 1970.
  private func forget(before time: Int64) async throws(MessageError) {
    let hasOld = try await read { try StoredMessage.hasOld(before: time, in: $0) }
    guard hasOld else { return }
    try await write { try StoredMessage.forget(before: time, in: $0) }
    wakeup.signal()
  }
}
