import GRDB

/// The state of an outbox, in numbers.
package struct OutboxStatus: Sendable {
  /// Notifications that stand still for the same reason.
  package struct Group: Sendable, Equatable {
    /// The lane; empty where each waits for a time of its own, and for what is dead.
    package var lane = ""
    /// The reason; empty for those that are behind others of their device token.
    package var reason: String
    /// One of their explanations, as one sentence.
    package var why: String
    package var count: Int
    /// The time of the first retry; nil for none.
    package var due: Int64?
  }

  /// Notifications that were not tried yet, or are being tried.
  package var queued = 0
  /// Notifications that wait to be tried again, the largest group first.
  package var waiting: [Group] = []
  package var dead: [Group] = []
  /// The time at which the oldest of those that are queued or wait was accepted, in milliseconds since 1970.
  package var oldest: Int64?
  /// Recalls that are remembered for messages to come.
  package var recalls = 0
  /// Events that the audit is not known to have.
  package var events = 0
  /// Since the file was made: `accepted`, `delivered`, `dead`, `expired`, `withdrawn`.
  package var totals: [String: Int] = [:]
  /// The bytes in use, and those of the file with its log.
  package var used = 0
  package var size = 0
  /// The bytes that its disk has free.
  package var free = 0
  /// The process that delivers; 0 where its number is not known, nil for none.
  package var deliverer: Int32?

  /// Reads the numbers of a file.
  static func read(_ database: Database, _ wall: Int64) throws -> OutboxStatus {
    var status = OutboxStatus()
    status.queued = try Int.fetchOne(database, sql: "SELECT sum(count) FROM batch") ?? 0
    let gone = try Row.fetchCursor(database, sql: "SELECT gone FROM progress")
    while let row = try gone.next() {
      try row.withUnsafeData(atIndex: 0) { status.queued -= $0?.reduce(0) { $0 + $1.nonzeroBitCount } ?? 0 }
    }
    let groups = try Row.fetchAll(
      database,
      sql: """
        SELECT state, lane, reason, max(why), count(*), min(due) FROM held
        GROUP BY state, lane, reason ORDER BY count(*) DESC
        """)
    for row in groups {
      let due: Int64 = row[5]
      let isDead = row[0] as Int == HeldTable.State.dead.rawValue
      let group = Group(
        lane: row[1], reason: row[2], why: row[3], count: row[4],
        due: isDead ? nil : HeldTable.due(due))
      if isDead { status.dead.append(group) } else { status.waiting.append(group) }
    }
    let oldest = try [
      Int64.fetchOne(database, sql: "SELECT accepted_at FROM batch ORDER BY id LIMIT 1"),
      Int64.fetchOne(database, sql: "SELECT min(accepted_at) FROM held WHERE state = 0"),
    ]
    status.oldest = oldest.compactMap(\.self).min()
    status.recalls =
      try Int.fetchOne(database, sql: "SELECT count(*) FROM recall WHERE until > ?", arguments: [wall]) ?? 0
    status.events = try Int.fetchOne(database, sql: "SELECT sum(count) FROM event") ?? 0
    for name in ["accepted", "delivered", "dead", "expired", "withdrawn"] {
      status.totals[name] =
        try Int.fetchOne(database, sql: "SELECT number FROM fact WHERE name = ?", arguments: [name]) ?? 0
    }
    return status
  }
}
