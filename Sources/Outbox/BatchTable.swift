import Foundation
import GRDB
import NotificationModel
import OutboxRecords

/// The rows of many notifications: what was accepted together.
enum BatchTable {
  /// A row.
  struct Record {
    let id: Int64
    let acceptedAt: Int64
    let count: Int
    let body: Data
    var batch: LoadedBatch

    fileprivate init(_ row: Row) {
      (id, acceptedAt, count, body) = (row[0], row[1], row[2], row[3])
      batch = LoadedBatch(count: row[2], gone: row[4])
    }

    /// Reads the notifications that have not left it; nil where the bytes are damaged.
    func notifications() -> [PushNotification]? {
      body.withUnsafeBytes { bytes in OutboxBatch.read(bytes, batch: id) { !batch.isGone($0) } }
    }
  }

  private static let columns =
    "SELECT batch.id, accepted_at, count, body, gone FROM batch LEFT JOIN progress ON batch.id = batch"

  /// Reads the first of a class behind a number; nil where there is none.
  static func next(_ priority: PriorityClass, after id: Int64, _ database: Database) throws -> Record? {
    try Row.fetchOne(
      database.cachedStatement(
        sql: "\(columns) WHERE class = ? AND batch.id > ? ORDER BY batch.id LIMIT 1"),
      arguments: [priority.rawValue, id]
    ).map { Record($0) }
  }

  /// Reads the first of any class behind a number; nil where there is none.
  static func next(after id: Int64, _ database: Database) throws -> Record? {
    try Row.fetchOne(
      database, sql: "\(columns) WHERE batch.id > ? ORDER BY batch.id LIMIT 1", arguments: [id]
    ).map { Record($0) }
  }

  /// Reads the first of any class behind a number that may have one of some names; nil where there is none.
  ///
  /// - Parameter hashes: of the names; empty for any.
  static func next(after id: Int64, named hashes: Set<UInt64>, _ database: Database) throws -> Record? {
    if hashes.isEmpty { return try next(after: id, database) }
    let rows = try Row.fetchCursor(
      database, sql: "SELECT id, names FROM batch WHERE id > ? ORDER BY id", arguments: [id])
    while let row = try rows.next() {
      if try OutboxBatch.mayHave(hashes, in: row, at: 1) { return try read(row[0], database) }
    }
    return nil
  }

  /// Reads a row; nil where there is none.
  static func read(_ id: Int64, _ database: Database) throws -> Record? {
    try Row.fetchOne(database, sql: "\(columns) WHERE batch.id = ?", arguments: [id]).map { Record($0) }
  }

  /// Returns a Boolean value that indicates whether a class has a row behind a number.
  static func hasAny(_ priority: PriorityClass, after id: Int64, _ database: Database) throws -> Bool {
    try Int.fetchOne(
      database.cachedStatement(sql: "SELECT 1 FROM batch WHERE class = ? AND id > ? LIMIT 1"),
      arguments: [priority.rawValue, id]) != nil
  }

  /// Returns a Boolean value that indicates whether there is a row up to a number.
  static func hasAny(upTo id: Int64, _ database: Database) throws -> Bool {
    try Int.fetchOne(database, sql: "SELECT 1 FROM batch WHERE id <= ? LIMIT 1", arguments: [id]) != nil
  }

  /// Returns the number of the last row that there ever was.
  static func last(_ database: Database) throws -> Int64 {
    try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'batch'") ?? 0
  }

  /// Returns the rows of a class behind a number that may have one of some names.
  static func ids(
    named hashes: Set<UInt64>, _ priority: PriorityClass, after id: Int64, _ database: Database
  ) throws -> [Int64] {
    var ids: [Int64] = []
    let rows = try Row.fetchCursor(
      database, sql: "SELECT id, names FROM batch WHERE class = ? AND id > ?",
      arguments: [priority.rawValue, id])
    while let row = try rows.next() {
      if try OutboxBatch.mayHave(hashes, in: row, at: 1) { ids.append(row[0]) }
    }
    return ids
  }

  /// Writes down which have left a row; a row that nothing is left of goes.
  static func write(_ batch: LoadedBatch, _ id: Int64, _ database: Database) throws {
    if batch.left == 0 { return try delete(id, database) }
    try database.cachedStatement(sql: "INSERT OR REPLACE INTO progress (batch, gone) VALUES (?, ?)")
      .execute(arguments: [id, Data(batch.gone)])
  }

  static func delete(_ id: Int64, _ database: Database) throws {
    try database.cachedStatement(sql: "DELETE FROM batch WHERE id = ?").execute(arguments: [id])
    try database.cachedStatement(sql: "DELETE FROM progress WHERE batch = ?").execute(arguments: [id])
  }
}

extension OutboxBatch {
  /// Makes a row of a batch that is sealed; the row's number.
  @discardableResult
  func insert(_ database: Database, _ priority: PriorityClass, _ wall: Int64) throws -> Int64 {
    try database.cachedStatement(
      sql: "INSERT INTO batch (class, accepted_at, count, names, body) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: [priority.rawValue, wall, count, Data(names), Data(body)])
    return database.lastInsertedRowID
  }

  /// Returns a Boolean value that indicates whether a column of names has one of the hashes.
  static func mayHave(_ hashes: Set<UInt64>, in row: Row, at index: Int) throws -> Bool {
    try row.withUnsafeData(atIndex: index) { $0?.withUnsafeBytes { mayHave(hashes, in: $0) } } ?? false
  }
}
