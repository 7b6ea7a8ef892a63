import Applications
import GRDB

extension MuteStore {
  /// The columns that ``quietHours(_:)`` reads.
  static let hoursColumns = "start, end, time_zone, level"

  static func quietHours(_ row: Row) -> QuietHours? {
    NotificationLevel(rawValue: row[3]).map {
      QuietHours(start: row[0], end: row[1], timeZone: row[2], level: $0)
    }
  }

  /// Returns a user's quiet hours; nil where there are none.
  package static func quietHours(
    of user: String, application: String, in database: Database
  ) throws -> QuietHours? {
    try Row.fetchOne(
      database.cachedStatement(
        sql: "SELECT \(hoursColumns) FROM quiet_hours WHERE application = ? AND user = ?"),
      arguments: [application, user]
    ).flatMap(quietHours)
  }

  /// Sets a user's quiet hours.
  package static func set(
    _ hours: QuietHours, of user: String, application: String, in database: Database
  ) throws {
    try execute(
      "INSERT OR REPLACE INTO quiet_hours VALUES (?, ?, ?, ?, ?, ?)",
      [application, user, hours.start, hours.end, hours.timeZone, hours.level.rawValue], database)
  }

  /// Removes a user's quiet hours; returns whether there were some.
  package static func clearQuietHours(
    of user: String, application: String, in database: Database
  ) throws -> Bool {
    try execute(
      "DELETE FROM quiet_hours WHERE application = ? AND user = ?", [application, user], database)
    return database.changesCount > 0
  }

  /// Deletes all that a user has set.
  package static func forget(_ user: String, application: String, in database: Database) throws {
    try execute("DELETE FROM mute WHERE application = ? AND user = ?", [application, user], database)
    _ = try clearQuietHours(of: user, application: application, in: database)
  }
}
