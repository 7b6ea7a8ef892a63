import Foundation
import GRDB
import NotificationModel
import OutboxRecords

/// The delivered notifications that may still be recalled; many notifications a row.
enum SentTable {
  /// Remembers who notifications were sent to, not what they said.
  static func insert(_ notifications: [PushNotification], until: Int64, _ database: Database) throws {
    guard !notifications.isEmpty else { return }
    var batch = OutboxBatch()
    for notification in notifications { batch.append(notification.withoutContent) }
    batch.seal()
    try database.cachedStatement(sql: "INSERT INTO sent (until, names, body) VALUES (?, ?, ?)")
      .execute(arguments: [until, Data(batch.names), Data(batch.body)])
  }

  /// Calls a body with each that may have one of some names.
  static func forEach(
    named hashes: Set<UInt64>, _ database: Database, _ wall: Int64, _ body: (PushNotification) -> Void
  ) throws {
    let rows = try Row.fetchCursor(
      database, sql: "SELECT id, names, body FROM sent WHERE until > ?", arguments: [wall])
    while let row = try rows.next() {
      guard try OutboxBatch.mayHave(hashes, in: row, at: 1) else { continue }
      let data: Data = row[2]
      for notification in data.withUnsafeBytes({ OutboxBatch.read($0, batch: 0) }) ?? [] {
        body(notification)
      }
    }
  }

  /// Forgets what is old.
  static func deleteOld(_ database: Database, _ wall: Int64) throws {
    try database.execute(sql: "DELETE FROM sent WHERE until <= ?", arguments: [wall])
  }
}
