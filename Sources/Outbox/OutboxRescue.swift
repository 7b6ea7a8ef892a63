import Delivery
import Digests
import EventLoop
import Foundation
import GRDB
import Glibc
import NotificationModel
import OutboxRecords

/// The rescue of a damaged file: it is set aside, and all that can be read of it goes into a new one.
///
/// A mark beside the file says that it is damaged, and where it is set aside to. It goes when the new file is whole and
/// in place: who is killed before begins again with what was set aside. While it is there nobody else makes a file.
enum OutboxRescue {
  private static func markPath(_ path: String) -> String { path + "-damaged" }

  /// Notes beside a file that it is damaged, for whoever opens it next.
  static func mark(_ path: String) {
    let file = open(markPath(path), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    if file >= 0 { close(file) }
  }

  static func isMarked(_ path: String) -> Bool { access(markPath(path), F_OK) == 0 }

  /// Sets a file aside, makes another, and copies what can be read.
  ///
  /// - Returns: a sentence for people.
  /// - Throws: ``OutboxError`` where the new file cannot be written: then it is begun again another time.
  static func run(_ path: String) throws(OutboxError) -> String {
    let aside = try setAside(path)
    let new = path + ".new"
    for suffix in ["", "-wal", "-shm"] { unlink(new + suffix) }
    let count: Int
    do {
      let file = try OutboxFile(new)
      // Nobody uses it yet: it is put on the disk as a whole.
      try file.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = OFF") }
      if let old = try? OutboxFile(aside, isReadOnly: true) {
        try copy(old, file)
      }
      count = try file.read { try OutboxFile.waiting($0) }
      try file.queue.writeWithoutTransaction { database in
        _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      }
      try file.queue.close()
      try OutboxFile.sync(new)
    } catch {
      throw OutboxError(error, new)
    }
    guard rename(new, path) == 0 else {
      throw OutboxError(.other, "'\(new)': \(systemMessage()); check who may write it")
    }
    for suffix in ["-wal", "-shm"] {
      unlink(new + suffix)
      unlink(path + suffix)
    }
    try? OutboxFile.sync(OutboxFile.folder(of: path))
    unlink(markPath(path))
    return
      "'\(path)' is damaged, and is set aside as '\(aside)'; of what waited, \(count) notifications could be read, and go on"
  }

  /// Moves the file away, with the name written down first; where that was done before, nothing is moved twice.
  ///
  /// - Returns: where it is.
  private static func setAside(_ path: String) throws(OutboxError) -> String {
    let written = (try? String(contentsOfFile: markPath(path), encoding: .utf8)) ?? ""
    let aside = written.isEmpty ? "\(path).damaged-\(Timestamp.now)" : written
    if written.isEmpty {
      guard
        FileManager.default.createFile(
          atPath: markPath(path), contents: Data(aside.utf8), attributes: [.posixPermissions: 0o600])
      else { throw OutboxError(.full, "'\(markPath(path))': it cannot be written; make room") }
      do { try OutboxFile.sync(markPath(path)) } catch { throw OutboxError(error, path) }
    }
    // The log first: without its file SQLite would take it for a stale one.
    for suffix in ["-wal", ""] where access(path + suffix, F_OK) == 0 && access(aside + suffix, F_OK) != 0 {
      if rename(path + suffix, aside + suffix) != 0 {
        throw OutboxError(
          .other,
          "'\(path)' is damaged and cannot be set aside: \(systemMessage()); rename it")
      }
    }
    unlink(path + "-shm")
    return aside
  }

  // MARK: Copying

  private static func copy(_ old: OutboxFile, _ new: OutboxFile) throws {
    for (table, key) in [
      ("fact", "rowid"), ("recall", "id"), ("event", "first"), ("sent", "id"), ("batch", "id"),
      ("progress", "batch"),
      ("held", "ticket"),
    ] {
      try copy(table, key, old, new)
    }
    try new.queue.write { database in
      try restoreNames(database)
      try takeOutWhatIsHeld(database)
      // Numbers that were given are not given again: tickets are made of them.
      let batch =
        try Int64.fetchOne(
          database,
          sql:
            "SELECT max(ifnull((SELECT max(id) FROM batch), 0), ifnull((SELECT max(ticket) >> 10 FROM held), 0))"
        ) ?? 0
      let given = try OutboxSchema.fact(database, "given") ?? 0
      let known = try? old.queue.read {
        try Int64.fetchOne($0, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'batch'")
      }
      let last = max(batch, given, known ?? 0) + 1
      try database.execute(sql: "DELETE FROM sqlite_sequence WHERE name = 'batch'")
      try database.execute(
        sql: "INSERT INTO sqlite_sequence (name, seq) VALUES ('batch', ?)", arguments: [last])
      // What is left may have been sent: what said that it was not may have been on a page that is gone.
      try OutboxSchema.setFact(database, "given", last)
      let event = try Int64.fetchOne(database, sql: "SELECT max(first + count - 1) FROM event") ?? 0
      if event > (try OutboxSchema.fact(database, "event") ?? 0) {
        try OutboxSchema.setFact(database, "event", event)
      }
    }
  }

  /// Copies a table by its key, 500 rows at a time; a page that cannot be read costs what is on it.
  private static func copy(_ table: String, _ key: String, _ old: OutboxFile, _ new: OutboxFile) throws {
    var last: Int64 = -1
    var limit = 500
    // Behind a page that cannot be read there is more.
    var step: Int64 = 1
    let key = table == "fact" ? "name" : key
    if table == "fact" {
      let rows = (try? old.queue.read { try Row.fetchAll($0, sql: "SELECT * FROM fact") }) ?? []
      try insert(rows, table, new)
      return
    }
    while true {
      do {
        let rows = try old.queue.read {
          try Row.fetchAll(
            $0, sql: "SELECT * FROM \(table) WHERE \(key) > ? ORDER BY \(key) LIMIT ?",
            arguments: [last, limit])
        }
        guard let next = rows.last.map({ $0[key] as Int64 }) else { return }
        try insert(rows, table, new)
        last = next
        (limit, step) = (500, 1)
      } catch let error as DatabaseError where error.resultCode.primaryResultCode == .SQLITE_CORRUPT {
        if limit > 1 {
          limit = 1
          continue
        }
        guard step < 1 << 50 else { return }
        last += step
        step *= 2
      }
    }
  }

  private static func insert(_ rows: [Row], _ table: String, _ new: OutboxFile) throws {
    guard let first = rows.first else { return }
    let names = first.columnNames.joined(separator: ", ")
    let marks = first.columnNames.map { _ in "?" }.joined(separator: ", ")
    try new.queue.write { database in
      let statement = try database.makeStatement(
        sql: "INSERT OR IGNORE INTO \(table) (\(names)) VALUES (\(marks))")
      for row in rows { try statement.execute(arguments: StatementArguments(row.databaseValues)) }
    }
    if new.logSize > 64 << 20 { try new.checkpoint() }
  }

  /// Makes the names anew by which recalls find rows.
  private static func restoreNames(_ database: Database) throws {
    let rows = try Row.fetchCursor(database, sql: "SELECT ticket, body FROM held WHERE state = 0")
    let statement = try database.makeStatement(
      sql: "INSERT OR IGNORE INTO held_name (name, ticket) VALUES (?, ?)")
    while let row = try rows.next() {
      let ticket: Int64 = row[0]
      let body: Data = row[1]
      let notification = body.withUnsafeBytes {
        OutboxBatch.read(alone: $0, ticket: UInt64(bitPattern: ticket))
      }
      for name in notification?.names ?? [] {
        try statement.execute(arguments: [Int64(bitPattern: StableHash.of(name)), ticket])
      }
    }
  }

  /// Marks those as gone from their batches that have rows of their own: the bits may have been on another page.
  private static func takeOutWhatIsHeld(_ database: Database) throws {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT ticket, batch.id, count, gone FROM held JOIN batch ON batch.id = held.ticket >> 10
        LEFT JOIN progress ON progress.batch = batch.id ORDER BY ticket
        """)
    var batches: [Int64: LoadedBatch] = [:]
    for row in rows {
      let id: Int64 = row[1]
      var batch = batches[id] ?? LoadedBatch(count: row[2], gone: row[3])
      batch.leave(OutboxBatch.index(of: UInt64(bitPattern: row[0])))
      batches[id] = batch
    }
    for (id, batch) in batches { try BatchTable.write(batch, id, database) }
  }
}
