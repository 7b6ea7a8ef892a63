import Foundation
import GRDB
import LosslessJSON

/// The devices in the registry's file: each function is a part of a transaction.
package enum DeviceStore {
  /// The highest number on an app's icon.
  package static let badgeLimit = Int(Int32.max)

  // MARK: Reading

  /// Returns the devices of users that have not ended, in the order of their numbers.
  package static func devices(
    of users: [String], application: String, in database: Database
  ) throws -> [Device] {
    guard users.count != 1 else {
      return try all("user = ? ORDER BY number", [application, users[0]], database)
    }
    var list = JSONWriter()
    list.beginArray()
    for user in users { list.value(user) }
    list.endArray()
    return try all(
      "user IN (SELECT value FROM json_each(?)) ORDER BY number", [application, list.text], database)
  }

  /// Returns the device of a name; nil where there is none, or it has ended.
  package static func device(
    _ name: String, application: String, in database: Database
  ) throws -> Device? {
    try all("name = ?", [application, name], database).first
  }

  /// Returns the device that has a token; nil where there is none.
  package static func device(
    token: [UInt8], application: String, in database: Database
  ) throws -> Device? {
    try all("token = ?", [application, Data(token)], database).first
  }

  private static func all(
    _ condition: String, _ arguments: StatementArguments, _ database: Database
  ) throws -> [Device] {
    // The indices are of what is not gone: SQLite sees that by the same words.
    let statement = try database.cachedStatement(
      sql: "SELECT \(DeviceRow.columns) FROM device WHERE state < 3 AND application = ? AND \(condition)")
    return try Row.fetchAll(statement, arguments: arguments).map(DeviceRow.device)
  }

  /// Returns the last registration of a name that has ended; nil where none is kept.
  package static func ended(
    _ name: String, application: String, in database: Database
  ) throws -> Device? {
    try Row.fetchOne(
      database.cachedStatement(
        sql: """
          SELECT \(DeviceRow.columns) FROM device WHERE state = 3 AND application = ? AND name = ? \
          ORDER BY since DESC, number DESC LIMIT 1
          """), arguments: [application, name]
    ).map(DeviceRow.device)
  }

  // MARK: Badges

  /// Adds one to the number on the app's icon, and returns it; 0 where the registration has ended.
  package static func countBadge(_ number: Int64, in database: Database) throws -> Int {
    try Int.fetchOne(
      database.cachedStatement(
        sql: "UPDATE device SET badge = min(badge + 1, ?) WHERE number = ? AND state < 3 RETURNING badge"),
      arguments: [badgeLimit, number]) ?? 0
  }

  /// Sets the number on the app's icon, and returns the device; nil where there is none.
  package static func setBadge(
    _ badge: Int, of name: String, application: String, at now: Int64, in database: Database
  ) throws -> Device? {
    guard let device = try device(name, application: application, in: database) else { return nil }
    try database.cachedStatement(sql: "UPDATE device SET badge = ?, changed_at = ? WHERE number = ?")
      .execute(arguments: [badge, now, device.number])
    return try self.device(name, application: application, in: database)
  }
}
