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

  /// The work that there is, from one look into the file.
  private struct Agenda: Sendable {
    var hasWithdrawals: Bool
    /// The time of the next scheduled push, in milliseconds since 1970; nil where there is none.
    var nextDue: Int64?
    var hasOld: Bool
    var hasPending: Bool
  }

  /// Does what is due: withdraws what nobody is to see any more, decides on scheduled pushes whose time has come, gives
  /// pushes to the run, and forgets what is old.
  package func round() async throws(MessageError) -> Round {
    let now = clock()
    let agenda = try await agenda(at: now)
    if agenda.hasWithdrawals { guard try await withdraw() else { return .stuck } }
    let isDue = agenda.nextDue.map { $0 <= now } ?? false
    if isDue { try await release(at: now) }
    if agenda.hasOld {
      let oldest = now - settings.keep.milliseconds
      try await write { try StoredMessage.forget(before: oldest, in: $0) }
    }
    if agenda.hasPending || isDue { return try await give(try await pending()) ? .busy : .stuck }
    return agenda.hasOld || agenda.hasWithdrawals ? .busy : .idle(until: agenda.nextDue)
  }

  private func agenda(at now: Int64) async throws(MessageError) -> Agenda {
    let oldest = now - settings.keep.milliseconds
    return try await read { database in
      Agenda(
        hasWithdrawals: try !WithdrawalTable.first(1, in: database).isEmpty,
        nextDue: try DecisionTable.nextDue(in: database),
        hasOld: try StoredMessage.hasOld(before: oldest, in: database),
        hasPending: try !DecisionTable.pending(1, in: database).isEmpty)
    }
  }

  // MARK: Withdrawals

  /// Withdraws what nobody is to see any more; false where the run has ended.
  func withdraw() async throws(MessageError) -> Bool {
    while true {
      let orders = try await read { try WithdrawalTable.first(Self.batch, in: $0) }
      if orders.isEmpty { return true }
      for (application, orders) in Dictionary(grouping: orders, by: \.application) {
        guard let bundleID = parts.applications[application]?.bundleID else { continue }
        guard await parts.taker.withdraw(orders.map(\.name), of: bundleID) else { return false }
      }
      try await write { try WithdrawalTable.remove(orders, in: $0) }
    }
  }

  // MARK: Scheduled pushes

  /// Decides again on scheduled pushes whose time has come.
  private func release(at now: Int64) async throws(MessageError) {
    try await write { [self] database in
      for (number, decision) in try DecisionTable.due(at: now, Self.batch, in: database) {
        try DecisionTable.update(
          try again(decision, on: number, in: database), of: number, in: database)
      }
    }
  }

  /// Decides again on a message for one device, and counts the push.
  private func again(
    _ decision: DeviceDecision, on number: Int64, in database: Database
  ) throws -> DeviceDecision {
    guard let stored = try StoredMessage.readable(number, in: database) else {
      return decision.settled(.noContent, .unreadable)
    }
    let (decided, device) = try decided(decision, stored, in: database)
    guard let device, var decided, decided.state == .pending else {
      return decided ?? decision.settled(.noDevice, .noDevice)
    }
    decided.badge = try Badge(stored.message).count(on: device, in: database)
    return decided
  }

  /// Returns the decision as it would be made now, with the device; nil where there is no device any more.
  private func decided(
    _ decision: DeviceDecision, _ stored: StoredMessage, in database: Database
  ) throws -> (DeviceDecision?, Device?) {
    guard let application = parts.applications[stored.application],
      let device = try device(of: decision, application, in: database)
    else { return (nil, nil) }
    let devices = try DeviceStore.devices(of: [decision.user], application: application.key, in: database)
    let rules = try MuteStore.rules(
      of: [decision.user], MutePlace(stored.message), application, in: database)
    let all = decide(application) {
      $0.decide(stored.message, for: decision.user, rules[0], devices)
    }
    var decided = all.first { $0.registration == device.number }
    // The decision stays that of the registration that it was made for.
    decided?.registration = decision.registration
    return (decided, device)
  }

  /// Returns the device of a decision, which may have another registration by now: its user has logged out and in again.
  private func device(
    of decision: DeviceDecision, _ application: Application, in database: Database
  ) throws -> Device? {
    if let device = try DeviceStore.device(decision.registration, in: database) { return device }
    guard let name = decision.device,
      let device = try DeviceStore.device(name, application: application.key, in: database),
      device.user.utf8.elementsEqual(decision.user.utf8)
    else { return nil }
    return device
  }

  // MARK: Pushes

  /// Makes the first pushes that are to be made, of which what cannot be made any more is settled.
  private func pending() async throws(MessageError) -> [MessagePush] {
    try await write { [self] database in
      var messages: [Int64: StoredMessage] = [:]
      var pushes: [MessagePush] = []
      for (number, decision) in try DecisionTable.pending(Self.batch, in: database) {
        if messages[number] == nil { messages[number] = try StoredMessage.readable(number, in: database) }
        switch try push(messages[number], decision, in: database) {
        case .success(let push): pushes.append(push)
        case .failure(let obstacle):
          try DecisionTable.update(obstacle.decision, of: number, in: database)
        }
      }
      return pushes
    }
  }

  /// The decision in the place of a push that is not made.
  private struct Obstacle: Error {
    var decision: DeviceDecision
  }

  /// The time after which a push that was decided is decided again before it is made, in milliseconds.
  private static let freshness: Int64 = 30_000

  private func push(
    _ stored: StoredMessage?, _ decision: DeviceDecision, in database: Database
  ) throws -> Result<MessagePush, Obstacle> {
    guard let stored else { return .failure(Obstacle(decision: decision.settled(.noContent, .unreadable))) }
    guard let application = parts.applications[stored.application],
      let device = try device(of: decision, application, in: database)
    else { return .failure(Obstacle(decision: decision.settled(.noDevice, .noDevice))) }
    if let (word, reason) = device.obstacle {
      return .failure(Obstacle(decision: decision.settled(word, reason)))
    }
    if clock() - stored.at > Self.freshness, let now = try decided(decision, stored, in: database).0,
      now.state != .pending
    {
      // It has waited for the run, or for the service: its user may be there by now.
      return .failure(Obstacle(decision: now))
    }
    var recipient = Recipient(device)
    // The composer counts from the number before.
    if let badge = decision.badge { recipient.badgeCount = badge - 1 }
    let verdict = decide(application) { $0.composer.compose(stored.message, for: recipient) }
    guard case .push(let composed, _) = verdict else {
      return .failure(Obstacle(decision: decision.settled(verdict.decision, verdict.reason)))
    }
    guard let push = MessagePush(stored, decision, composed.payload, to: device, of: application) else {
      return .failure(Obstacle(decision: decision.settled(.noContent, .unreadable)))
    }
    return .success(push)
  }

  /// Gives pushes to the run, and notes what it has; false where it took none.
  private func give(_ pushes: [MessagePush]) async throws(MessageError) -> Bool {
    guard !pushes.isEmpty else { return true }
    let results = Array(zip(pushes, await parts.taker.take(pushes)))
    guard results.contains(where: { $0.1 != .unavailable }) else { return false }
    try await write { database in
      for (push, result) in results {
        switch result {
        case .taken: try DecisionTable.give(push.decision, of: push.message, in: database)
        case .refused:
          try DecisionTable.update(
            push.decision.settled(.noContent, .refused), of: push.message, in: database)
        case .unavailable: break
        }
      }
    }
    return true
  }
}
