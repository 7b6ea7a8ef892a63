import Composition
import Digests
import Foundation
import GRDB

/// A message as it stands in the registry's file.
struct StoredMessage: Sendable {
  let number: Int64
  let application: String
  /// The time at which it came, in milliseconds since 1970.
  let at: Int64
  let message: Message
  let fingerprint: [UInt8]
  /// The oddities that its sender was told of: a JSON array.
  let warnings: String

  /// Returns the SHA-256 of a message and its recipients, by which a repeat is known.
  static func fingerprint(_ request: MessageRequest, _ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for part in [text] + request.recipients {
      // Each behind its length, so that no two requests make one text.
      withUnsafeBytes(of: UInt64(part.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
      bytes.append(contentsOf: part.utf8)
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
        INSERT INTO message (application, id, at, fingerprint, text, recall) VALUES (?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        application, request.message.id, now, Data(fingerprint), text, request.message.recalledID,
      ])
    return StoredMessage(
      number: database.lastInsertedRowID, application: application, at: now, message: request.message,
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

  /// Returns the message with a number; nil for none, and for one that another version has written and this one does not read.
  static func readable(_ number: Int64, in database: Database) throws -> StoredMessage? {
    do {
      return try find(number, in: database)
    } catch is MessageProblem {
      return nil
    }
  }

  /// Returns whether an application has recalled a message, which may come after its recall.
  static func isRecalled(_ id: String, of application: String, in database: Database) throws -> Bool {
    try Bool.fetchOne(
      database.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM message WHERE application = ? AND recall = ?)"),
      arguments: [application, id]) ?? false
  }

  // MARK: Forgetting

  /// The rows that are forgotten at once: what else is written waits for them.
  private static let forgetLimit = 2000

  /// Returns whether something is older than a time, in milliseconds since 1970, and has no push that is still to be made.
  static func hasOld(before time: Int64, in database: Database) throws -> Bool {
    try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (SELECT 1 FROM seen WHERE at < ?) OR EXISTS (SELECT 1 FROM message m WHERE at < ? AND NOT EXISTS
          (SELECT 1 FROM decision d WHERE d.message = m.number AND d.state IN (1, 2)))
        """, arguments: [time, time]) ?? false
  }

  /// Forgets some of what is older than a time, but for messages with pushes that are still to be made.
  static func forget(before time: Int64, in database: Database) throws {
    let numbers = try Int64.fetchAll(
      database,
      sql: """
        SELECT number FROM message m WHERE at < ? AND NOT EXISTS
          (SELECT 1 FROM decision d WHERE d.message = m.number AND d.state IN (1, 2)) ORDER BY at LIMIT 200
        """, arguments: [time])
    var left = forgetLimit
    for number in numbers where left > 0 {
      try database.execute(
        sql: """
          DELETE FROM decision WHERE (message, user, registration) IN
            (SELECT message, user, registration FROM decision WHERE message = ? LIMIT \(left))
          """, arguments: [number])
      left -= database.changesCount
      if left > 0 { try database.execute(sql: "DELETE FROM message WHERE number = ?", arguments: [number]) }
    }
    try database.execute(
      sql: """
        DELETE FROM seen WHERE (application, message, user) IN
          (SELECT application, message, user FROM seen WHERE at < ? LIMIT \(forgetLimit))
        """, arguments: [time])
  }

  // MARK: Rows

  private static func fetch(
    _ condition: String, _ arguments: StatementArguments, _ database: Database
  ) throws -> StoredMessage? {
    let row = try Row.fetchOne(
      database.cachedStatement(
        sql: "SELECT number, application, text, fingerprint, warnings, at FROM message WHERE \(condition)"),
      arguments: arguments)
    guard let row else { return nil }
    let text: String = row[2]
    let data: Data = row[3]
    return StoredMessage(
      number: row[0], application: row[1], at: row[5], message: try MessageReader.kept(Array(text.utf8)),
      fingerprint: Array(data), warnings: row[4])
  }
}
