import Composition
import GRDB

/// The decisions on messages, in the registry's file.
enum DecisionTable {
  private static let columns = "user, registration, device, decision, reason, state, due, badge"

  // MARK: Writing

  /// Inserts the decisions on a message, in their order.
  static func insert(_ decisions: [DeviceDecision], of message: Int64, in database: Database) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO decision (message, place, \(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    for (place, decision) in decisions.enumerated() {
      try statement.execute(
        arguments: [
          message, place, decision.user, decision.registration, decision.device, decision.decision.rawValue,
          decision.reason.record, decision.state.rawValue, decision.due, decision.badge,
        ])
    }
  }

  /// Replaces a decision.
  static func update(_ decision: DeviceDecision, of message: Int64, in database: Database) throws {
    try database.cachedStatement(
      sql: """
        UPDATE decision SET decision = ?, reason = ?, state = ?, due = ?, badge = ?
        WHERE message = ? AND user = ? AND registration = ?
        """
    ).execute(
      arguments: [
        decision.decision.rawValue, decision.reason.record, decision.state.rawValue, decision.due,
        decision.badge, message, decision.user, decision.registration,
      ])
  }

  /// Notes that a push went to the run, unless it was settled since.
  static func give(_ decision: DeviceDecision, of message: Int64, in database: Database) throws {
    try database.cachedStatement(
      sql: "UPDATE decision SET state = 3 WHERE message = ? AND user = ? AND registration = ? AND state = 1"
    ).execute(arguments: [message, decision.user, decision.registration])
  }

  /// Has a user's scheduled pushes due at a time.
  static func hasten(_ user: String, of application: String, to time: Int64, in database: Database) throws {
    try database.cachedStatement(
      sql: """
        UPDATE decision SET due = ? WHERE state = 2 AND user = ? AND due > ?
        AND message IN (SELECT number FROM message WHERE application = ?)
        """
    ).execute(arguments: [time, user, time, application])
  }

  /// Settles what is not pushed any more; returns how many pushes that were.
  ///
  /// - Parameter condition: SQL, by which pending or scheduled pushes are found.
  @discardableResult
  static func settle(
    _ decision: Decision, _ reason: Reason, where condition: String, _ arguments: StatementArguments,
    in database: Database
  ) throws -> Int {
    try database.cachedStatement(
      sql: """
        UPDATE decision SET decision = ?, reason = ?, state = 0, due = NULL WHERE state IN (1, 2) AND \(condition)
        """
    ).execute(arguments: [decision.rawValue, reason.record] + arguments)
    return database.changesCount
  }

  // MARK: Reading

  /// Returns the decisions on a message, in their order.
  static func all(of message: Int64, in database: Database) throws -> [DeviceDecision] {
    try fetch("message = ? ORDER BY place", [message], database).map(\.decision)
  }

  /// Returns the decisions on a message for one user.
  static func all(
    of message: Int64, for user: String, in database: Database
  ) throws -> [DeviceDecision] {
    try fetch("message = ? AND user = ?", [message, user], database).map(\.decision)
  }

  /// Returns the first pushes that are to be made, in their order, with their messages.
  static func pending(_ limit: Int, in database: Database) throws -> [(
    message: Int64, decision: DeviceDecision
  )] {
    try fetch("state = 1 ORDER BY message, place LIMIT \(limit)", [], database)
  }

  /// Returns the scheduled pushes whose time has come, the first first, with their messages.
  static func due(
    at now: Int64, _ limit: Int, in database: Database
  ) throws -> [(message: Int64, decision: DeviceDecision)] {
    try fetch("state = 2 AND due <= ? ORDER BY due LIMIT \(limit)", [now], database)
  }

  /// Returns the time of the next scheduled push; nil where there is none.
  static func nextDue(in database: Database) throws -> Int64? {
    try Int64.fetchOne(database, sql: "SELECT min(due) FROM decision WHERE state = 2")
  }

  private static func fetch(
    _ condition: String, _ arguments: StatementArguments, _ database: Database
  ) throws -> [(message: Int64, decision: DeviceDecision)] {
    try Row.fetchAll(
      database.cachedStatement(sql: "SELECT message, \(columns) FROM decision WHERE \(condition)"),
      arguments: arguments
    ).map { (message: $0[0], decision: DeviceDecision($0)) }
  }
}

extension DeviceDecision {
  /// Reads the columns behind the message's number.
  fileprivate init(_ row: Row) {
    let decision: String = row[4]
    let reason: String = row[5]
    // A later version may know more words.
    self.init(
      row[1], Decision(rawValue: decision) ?? .noContent, Reason(record: reason) ?? .textMissing)
    registration = row[2]
    device = row[3]
    state = State(rawValue: row[6]) ?? .settled
    due = row[7]
    badge = row[8]
  }
}
