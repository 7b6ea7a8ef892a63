import Composition
import GRDB
import Presence

/// The users who come back, have seen messages, or are forgotten.
extension MessageDesk: PresenceListener {
  /// Withdraws the scheduled pushes to devices whose app is connected again.
  package func returned(_ devices: [PresenceDevice]) async {
    let isForAll = parts.rule == .allDevices
    await attempt("pushes to users who came back") { [self] () throws(MessageError) in
      try await write { database in
        for device in devices {
          try DecisionTable.settle(
            .online, .connected,
            where: """
              state = 2 AND user = ? AND message IN (SELECT number FROM message WHERE application = ?)
              \(isForAll ? "" : "AND device = ?")
              """,
            StatementArguments(
              [device.user.user, device.user.application] + (isForAll ? [] : [device.device])),
            in: database)
        }
      }
    }
  }

  /// Has scheduled pushes decided again at once: nobody is there any more whom they waited for.
  package func left(_ devices: [PresenceDevice]) async {
    await attempt("pushes to users who left") { [self] () throws(MessageError) in
      try await write { [self] database in
        let now = clock()
        for device in devices {
          try DecisionTable.hasten(device.user.user, of: device.user.application, to: now, in: database)
        }
      }
    }
    wakeup.signal()
  }

  /// Withdraws the pushes of messages that a user has seen.
  package func saw(_ messages: [String], by user: PresenceUser) async {
    await attempt("pushes of messages that were seen") { [self] () throws(MessageError) in
      try await write { [self] database in
        for message in messages { try saw(message, user, in: database) }
      }
      _ = try await withdraw()
    }
  }

  /// Settles the pushes of a message, and has those withdrawn that are in the run, or on their way to it.
  private func saw(_ id: String, _ user: PresenceUser, in database: Database) throws {
    guard let message = try StoredMessage.find(id, of: user.application, in: database) else {
      // The gateway may be faster than the one who sends the message.
      return try SeenTable.insert(user.user, id, of: user.application, at: clock(), in: database)
    }
    let decisions = try DecisionTable.all(of: message.number, for: user.user, in: database)
    try DecisionTable.settle(
      .online, .seen, where: "message = ? AND user = ?", [message.number, user.user], in: database)
    for decision in decisions where decision.state == .pending || decision.state == .given {
      let apnsID = DeviceDecision.apnsID(id, of: user.application, registration: decision.registration)
      try WithdrawalTable.insert(MessagePush.name(of: apnsID), of: user.application, in: database)
    }
  }

  private func attempt(_ what: String, _ body: () async throws(MessageError) -> Void) async {
    do throws(MessageError) {
      try await body()
    } catch {
      parts.tell("\(what) are not withdrawn: \(error)")
    }
  }
}
