import Foundation
import GRDB

/// The identities of the pushes that were accepted lately, by which a front door knows repeats; one row a commit.
///
/// Versions that know nothing of the table leave it alone.
enum RepeatTable {
  /// Makes the table where there is none.
  static func make(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE IF NOT EXISTS repeat (id INTEGER PRIMARY KEY, accepted_at INTEGER NOT NULL, identities BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS repeat_secret (secret BLOB NOT NULL);
        INSERT INTO repeat_secret SELECT randomblob(32) WHERE NOT EXISTS (SELECT 1 FROM repeat_secret);
        """)
  }

  /// Adds the identities of one commit.
  static func insert(_ identities: [UInt8], _ database: Database, _ wall: Int64) throws {
    if identities.isEmpty { return }
    try database.cachedStatement(sql: "INSERT INTO repeat (accepted_at, identities) VALUES (?, ?)")
      .execute(arguments: [wall, Data(identities)])
  }

  /// Returns what was accepted since a time, with the secret that identities are made with.
  static func read(since time: Int64, _ database: Database) throws -> RepeatRecord {
    let secret = try Data.fetchOne(database, sql: "SELECT secret FROM repeat_secret") ?? Data()
    let rows = try Row.fetchAll(
      database, sql: "SELECT accepted_at, identities FROM repeat WHERE accepted_at >= ? ORDER BY id",
      arguments: [time])
    return RepeatRecord(
      secret: Array(secret),
      commits: rows.map { row in
        let identities: Data = row[1]
        return (row[0], Array(identities))
      })
  }

  /// Forgets what was accepted before a time.
  static func deleteOld(before time: Int64, _ database: Database) throws {
    try database.execute(sql: "DELETE FROM repeat WHERE accepted_at < ?", arguments: [time])
  }
}

/// The pushes that an outbox has accepted lately, as a front door knows them again after a restart.
package struct RepeatRecord: Sendable {
  /// The secret that identities are made with.
  package var secret: [UInt8]
  /// The time of each commit in milliseconds since 1970, and the identities of its pushes, one behind the other.
  package var commits: [(time: Int64, identities: [UInt8])]
}
