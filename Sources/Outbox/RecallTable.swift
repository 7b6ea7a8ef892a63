import GRDB
import NotificationModel

/// The names that were recalled, as the file remembers them.
enum RecallTable {
  /// Adds a name, or lets it be remembered for longer.
  ///
  /// - Parameter isDone: whether all that waits was looked through.
  static func add(_ name: String, until: Int64, isDone: Bool, _ database: Database) throws {
    try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO recall (name, until, is_done) VALUES (?, ?, ?)"
    ).execute(arguments: [name, until, isDone])
  }

  /// Notes that all that a recall has found has ended.
  static func setDone(_ name: String, _ database: Database) throws {
    try database.cachedStatement(sql: "UPDATE recall SET is_done = 1 WHERE name = ?")
      .execute(arguments: [name])
  }

  /// Calls a body with the names behind a row, and their rows.
  static func forEach(
    after number: Int64?, _ database: Database, _ body: (String, Int64) -> Void
  ) throws {
    let rows = try Row.fetchCursor(
      database.cachedStatement(sql: "SELECT id, name FROM recall WHERE id > ? ORDER BY id"),
      arguments: [number ?? 0])
    while let row = try rows.next() { body(row[1], row[0]) }
  }

  /// Returns names that nobody has looked for yet.
  static func open(limit: Int, _ database: Database) throws -> [String] {
    try String.fetchAll(
      database, sql: "SELECT name FROM recall WHERE is_done = 0 LIMIT ?", arguments: [limit])
  }

  /// Returns a Boolean value that indicates whether a name is remembered.
  static func has(_ name: String, _ database: Database, _ wall: Int64) throws -> Bool {
    try Int.fetchOne(
      database.cachedStatement(sql: "SELECT 1 FROM recall WHERE name = ? AND until > ?"),
      arguments: [name, wall]) != nil
  }

  /// Returns the tickets of notifications that were recalled before they came.
  static func tickets(
    _ notifications: [PushNotification], _ database: Database, _ wall: Int64
  ) throws -> Set<UInt64> {
    // In one look: many may share a name.
    var known: [String: Bool] = [:]
    let recalled = try notifications.filter { notification in
      try notification.names.contains { name in
        if let answer = known[name] { return answer }
        let answer = try has(name, database, wall)
        known[name] = answer
        return answer
      }
    }
    return Set(recalled.map(\.ticket))
  }

  /// Forgets what is old.
  static func deleteOld(_ database: Database, _ wall: Int64) throws {
    try database.execute(sql: "DELETE FROM recall WHERE is_done = 1 AND until <= ?", arguments: [wall])
  }
}
