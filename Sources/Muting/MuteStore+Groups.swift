import Applications
import GRDB

extension MuteStore {
  static func groupRows(_ group: String, _ application: String, _ database: Database) throws -> [Row] {
    try Row.fetchAll(
      database.cachedStatement(
        sql: "SELECT channel, level FROM group_level WHERE application = ? AND name = ? ORDER BY channel"),
      arguments: [application, group])
  }

  /// Returns the levels of a super group by its channels; nil is the one for all of them.
  package static func levels(
    ofGroup group: String, application: String, in database: Database
  ) throws -> [(channel: String?, level: NotificationLevel)] {
    try groupRows(group, application, database).compactMap { row in
      let channel: String = row[0]
      return NotificationLevel(rawValue: row[1]).map { (channel.isEmpty ? nil : channel, $0) }
    }
  }

  /// Sets the level of a super group, or of a channel of it, for members who have set none.
  ///
  /// - Throws: ``Full``.
  package static func set(
    _ level: NotificationLevel, ofGroup group: String, channel: String?, application: String,
    in database: Database
  ) throws {
    try execute(
      "INSERT OR REPLACE INTO group_level VALUES (?, ?, ?, ?)",
      [application, group, channel ?? "", level.rawValue], database)
    try check(
      "SELECT count(*) FROM group_level WHERE application = ? AND name = ?", [application, group], database)
  }

  /// Removes the level of a super group, or of a channel of it; returns whether there was one.
  package static func clear(
    group: String, channel: String?, application: String, in database: Database
  ) throws -> Bool {
    try execute(
      "DELETE FROM group_level WHERE application = ? AND name = ? AND channel = ?",
      [application, group, channel ?? ""], database)
    return database.changesCount > 0
  }
}
