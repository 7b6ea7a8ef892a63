import Applications
import Composition
import GRDB
import LosslessJSON
import Muting
import Presence
import Registry

/// The acceptance of one message: all decisions on it stand in the commit that accepts it.
struct MessageAcceptance {
  /// Another message has the identifier.
  struct Conflict: Error {}

  let request: MessageRequest
  let decider: MessageDecider

  private var message: Message { request.message }
  private var application: String { decider.application.key }

  /// Accepts the message, or finds the same message before it.
  func run(in database: Database) throws -> MessageAnswer {
    var answer = MessageAnswer(application: application, id: message.id, decisions: [])
    if let known = try StoredMessage.find(message.id, of: application, in: database) {
      guard known.fingerprint == StoredMessage.fingerprint(request, message.json) else { throw Conflict() }
      answer.decisions = try DecisionTable.all(of: known.number, in: database)
      answer.warnings = known.warnings
      answer.isReplay = true
      return answer
    }
    let stored = try StoredMessage.insert(request, of: application, at: decider.now, in: database)
    let devices = try DeviceStore.devices(of: request.recipients, application: application, in: database)
    // By their bytes: to Swift, two spellings of a letter are one.
    let byUser = Dictionary(grouping: devices) { Array($0.user.utf8) }
    let rules = try MuteStore.rules(
      of: request.recipients, MutePlace(message), decider.application, in: database)
    var decisions = zip(request.recipients, rules).flatMap { user, rules in
      decider.decide(message, for: user, rules, byUser[Array(user.utf8)] ?? [])
    }
    try withdraw(&decisions, in: database)
    let byNumber = Dictionary(devices.map { ($0.number, $0) }) { first, _ in first }
    for index in decisions.indices where decisions[index].state == .pending {
      guard let device = byNumber[decisions[index].registration] else { continue }
      decisions[index].badge = try Badge(message).count(on: device, in: database)
    }
    try DecisionTable.insert(decisions, of: stored.number, in: database)
    answer.decisions = decisions
    let warnings = decisions.flatMap(\.warnings)
    if !warnings.isEmpty {
      answer.warnings = Self.json(warnings)
      try StoredMessage.set(warnings: answer.warnings, of: stored.number, in: database)
    }
    return answer
  }

  /// Writes the oddities, of each kind the first: what is cut for one language is cut for others, too.
  private static func json(_ warnings: [CompositionWarning]) -> String {
    var codes: Set<String> = []
    var writer = JSONWriter()
    writer.beginArray()
    for warning in warnings where codes.insert(warning.code).inserted {
      writer.beginObject()
      writer.member("code", warning.code)
      writer.member("text", warning.sentence)
      writer.endObject()
    }
    writer.endArray()
    return writer.text
  }

  /// Withdraws what nobody is to see any more: of the message that this one recalls, and of this one.
  private func withdraw(_ decisions: inout [DeviceDecision], in database: Database) throws {
    if try StoredMessage.isRecalled(message.id, of: application, in: database) {
      decisions.settle(.noContent, .recalled) { _ in true }
    }
    let seen = try SeenTable.users(ofMessage: message.id, of: application, in: database)
    if !seen.isEmpty { decisions.settle(.online, .seen) { seen.contains(Array($0.user.utf8)) } }
    guard let recalledID = message.recalledID else { return }
    try WithdrawalTable.insert(
      MessagePush.name(ofMessage: recalledID, of: application), of: application, in: database)
    guard let recalled = try StoredMessage.find(recalledID, of: application, in: database) else { return }
    // One that is pending may be on its way already; a device may have another registration by now.
    let given = Set(
      try DecisionTable.all(of: recalled.number, in: database)
        .filter { $0.state == .given || $0.state == .pending }.map(Holder.init))
    try DecisionTable.settle(.noContent, .recalled, where: "message = ?", [recalled.number], in: database)
    // Who has not seen the message needs not know that it was there.
    decisions.settle(.noContent, .recalledUnpushed) { !given.contains(Holder($0)) }
  }
}

/// A device of a user, whatever its registration: both are equal by their bytes.
private struct Holder: Hashable {
  let user: [UInt8]
  let device: [UInt8]

  init(_ decision: DeviceDecision) {
    (user, device) = (Array(decision.user.utf8), Array((decision.device ?? "").utf8))
  }
}

extension [DeviceDecision] {
  /// Settles the pushes for which a condition holds.
  fileprivate mutating func settle(
    _ decision: Decision, _ reason: Reason, where condition: (DeviceDecision) -> Bool
  ) {
    for index in indices where self[index].state != .settled && condition(self[index]) {
      self[index].settle(decision, reason)
    }
  }
}
