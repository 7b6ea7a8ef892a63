import GRDB

/// The messages that users have seen before the message came, in the registry's file.
enum SeenTable {
  /// Notes that a user has seen a message that is not known yet.
  static func insert(
    _ user: String, _ message: String, of application: String, at now: Int64, in database: Database
  ) throws {
    try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO seen (application, message, user, at) VALUES (?, ?, ?, ?)"
    ).execute(arguments: [application, message, user, now])
  }

  /// Returns the users who have seen a message, each as bytes.
  static func users(
    ofMessage message: String, of application: String, in database: Database
  ) throws -> Set<[UInt8]> {
    Set(
      try String.fetchAll(
        database.cachedStatement(sql: "SELECT user FROM seen WHERE application = ? AND message = ?"),
        arguments: [application, message]
      ).map { Array($0.utf8) })
  }
}
