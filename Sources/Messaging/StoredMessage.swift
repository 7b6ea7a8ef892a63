import Composition
import Digests
import Foundation
import GRDB

/// A message as it stands in the registry's file.
struct StoredMessage: Sendable {
  let number: Int64
  let application: String
  let message: Message
  let fingerprint: [UInt8]
  /// The oddities that its sender was told of: a JSON array.
  let warnings: String

  /// Returns the SHA-256 of a message and its recipients, by which a repeat is known.
  static func fingerprint(_ request: MessageRequest, _ text: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    for user in request.recipients {
      bytes.append(0)
      bytes.append(contentsOf: user.utf8)
    }
    return Digest.sha256(bytes)
  }

  /// Inserts a message.
  static func insert(
    _ request: MessageRequest, of application: String, at now: Int64, in database: Database
  ) throws -> StoredMessage {
    let text = request.message.json
    let fingerprint = fingerprint(request, text)
    try database.cachedStatement(
      sql: """
        INSERT INTO message (application, id, at, fingerprint, text, recall, recalls) VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        application, request.message.id, now, Data(fingerprint), text, request.message.recalledID,
        request.message.recalledID != nil,
      ])
    return StoredMessage(
      number: database.lastInsertedRowID, application: application, message: request.message,
      fingerprint: fingerprint, warnings: "[]")
  }

  /// Notes the oddities that the sender is told of.
  static func set(warnings: String, of number: Int64, in database: Database) throws {
    try database.execute(
      sql: "UPDATE message SET warnings = ? WHERE number = ?", arguments: [warnings, number])
  }

  /// Returns the message that an application knows by an identifier; nil for none.
  static func find(_ id: String, of application: String, in database: Database) throws -> StoredMessage? {
    try fetch("application = ? AND id = ?", [application, id], database)
  }

  /// Returns the message with a number; nil for none.
  static func find(_ number: Int64, in database: Database) throws -> StoredMessage? {
    try fetch("number = ?", [number], database)
  }

  /// Returns whether an application has recalled a message, which may come after its recall.
  static func isRecalled(_ id: String, of application: String, in database: Database) throws -> Bool {
    try Bool.fetchOne(
      database.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM message WHERE application = ? AND recall = ?)"),
      arguments: [application, id]) ?? false
  }

  /// Returns the first recalls that were not yet told to the queue.
  static func openRecalls(_ limit: Int, in database: Database) throws -> [StoredMessage] {
    try Int64.fetchAll(
      database, sql: "SELECT number FROM message WHERE recalls = 1 ORDER BY number LIMIT \(limit)"
    )
    .compactMap { try find($0, in: database) }
  }

  /// Notes that the queue knows of a recall.
  static func closeRecall(_ number: Int64, in database: Database) throws {
    try database.execute(sql: "UPDATE message SET recalls = 0 WHERE number = ?", arguments: [number])
  }

  // MARK: Forgetting

  /// The messages that are forgotten at once.
  private static let forgetLimit = 200

  /// Returns whether something is older than a time, in milliseconds since 1970.
  static func hasOld(before time: Int64, in database: Database) throws -> Bool {
    try Bool.fetchOne(
      database,
      sql: "SELECT EXISTS (SELECT 1 FROM message WHERE at < ?) OR EXISTS (SELECT 1 FROM seen WHERE at < ?)",
      arguments: [time, time]) ?? false
  }

  /// Forgets some messages that are older than a time, with the decisions on them, and what was seen before it.
  static func forget(before time: Int64, in database: Database) throws {
    let numbers = try Int64.fetchAll(
      database, sql: "SELECT number FROM message WHERE at < ? ORDER BY at LIMIT \(forgetLimit)",
      arguments: [time])
    for number in numbers {
      try database.execute(sql: "DELETE FROM decision WHERE message = ?", arguments: [number])
      try database.execute(sql: "DELETE FROM message WHERE number = ?", arguments: [number])
    }
    try database.execute(
      sql: """
        DELETE FROM seen WHERE (application, message, user) IN
          (SELECT application, message, user FROM seen WHERE at < ? LIMIT \(forgetLimit * 10))
        """, arguments: [time])
  }

  // MARK: Rows

  private static func fetch(
    _ condition: String, _ arguments: StatementArguments, _ database: Database
  ) throws -> StoredMessage? {
    let row = try Row.fetchOne(
      database.cachedStatement(
        sql: "SELECT number, application, text, fingerprint, warnings FROM message WHERE \(condition)"),
      arguments: arguments)
    guard let row else { return nil }
    let text: String = row[2]
    let data: Data = row[3]
    return StoredMessage(
      number: row[0], application: row[1], message: try MessageReader.message(Array(text.utf8)),
      fingerprint: Array(data), warnings: row[4])
  }
}
