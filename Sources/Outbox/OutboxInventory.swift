import Delivery
import Digests
import EventLoop
import Foundation
import GRDB
import NotificationModel
import OutboxRecords

/// An outbox as its operator works on it, beside the process that delivers from it.
package final class OutboxInventory {
  let file: OutboxFile
  private let wallClock: () -> Int64

  /// Opens an outbox that is there.
  ///
  /// - Parameter writes: whether it will be changed.
  /// - Throws: ``OutboxError``.
  package init(
    _ path: String, writes: Bool = false, wallClock: @escaping () -> Int64 = { Timestamp.now }
  ) throws(OutboxError) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw OutboxError(.other, "'\(path)': there is no outbox; name the file of 'run --outbox'")
    }
    file = try OutboxFile(OutboxFile.resolved(path), isReadOnly: !writes)
    self.wallClock = wallClock
  }

  package var path: String { file.path }

  /// The process that delivers; 0 where its number is not known, nil for none.
  package var deliverer: Int32? { DeliveryLock.holder(of: file.path) }

  /// Returns the numbers of entries, their sizes and ages.
  ///
  /// - Throws: ``OutboxError`` where the file cannot be read.
  package func status() throws(OutboxError) -> OutboxStatus {
    let wall = wallClock()
    var status = try file.read { try OutboxStatus.read($0, wall) }
    status.used = try file.used()
    status.size = file.size + file.logSize
    status.free = OutboxFile.free(file.path)
    status.deliverer = deliverer
    return status
  }

  // MARK: Entries

  /// Calls a body with each notification of a selection, a batch at a time in memory: what is dead first, then what
  /// waits, then what is queued.
  ///
  /// - Parameter body: gives false to stop.
  /// - Throws: ``OutboxError``, and what the body throws.
  package func forEach(_ selection: OutboxEntry.Selection, _ body: (OutboxEntry) throws -> Bool) throws {
    do {
      for state in [HeldTable.State.dead, .waiting]
      where selection.states.contains(state == .dead ? .dead : .waiting) {
        if try !forEachHeld(state, selection, body) { return }
      }
      if selection.states.contains(.queued), selection.reason == nil { try forEachQueued(selection, body) }
    } catch let error as DatabaseError { throw OutboxError(error, file.path) }
  }

  private func forEachHeld(
    _ state: HeldTable.State, _ selection: OutboxEntry.Selection, _ body: (OutboxEntry) throws -> Bool
  ) throws -> Bool {
    var last: Int64 = .min
    while true {
      let (rows, given) = try file.queue.read { database in
        let rows = try Row.fetchAll(
          database, sql: "SELECT * FROM held WHERE +state = ? AND ticket > ? ORDER BY ticket LIMIT 500",
          arguments: [state.rawValue, last])
        return (rows, try OutboxSchema.fact(database, "given") ?? 0)
      }
      for row in rows {
        last = row["ticket"]
        guard let entry = Self.entry(row, given: given), selection.takes(entry) else { continue }
        if try !body(entry) { return false }
      }
      if rows.isEmpty { return true }
    }
  }

  /// The entry of a row of its own; nil where its bytes are damaged.
  ///
  /// - Parameter given: as in ``OutboxEntry/noteGiven(upTo:)``.
  static func entry(_ row: Row, given: Int64) -> OutboxEntry? {
    let data: Data = row["body"]
    let ticket = UInt64(bitPattern: row["ticket"])
    guard let notification = data.withUnsafeBytes({ OutboxBatch.read(alone: $0, ticket: ticket) }) else {
      return nil
    }
    let isDead = row["state"] as Int == HeldTable.State.dead.rawValue
    var entry = OutboxEntry(
      state: isDead ? .dead : .waiting, notification: notification, acceptedAt: row["accepted_at"])
    entry.attempts = row["attempts"]
    let due: Int64 = row["due"]
    if isDead { entry.diedAt = due } else { entry.due = HeldTable.due(due) }
    entry.lane = row["lane"]
    let reason: String = row["reason"]
    if !reason.isEmpty { entry.failure = DeliveryFailure(reason, row["why"], status: row["status"]) }
    entry.mayHaveArrived = entry.mayHaveArrived || row["unknown"]
    entry.noteGiven(upTo: given)
    return entry
  }

  private func forEachQueued(
    _ selection: OutboxEntry.Selection, _ body: (OutboxEntry) throws -> Bool
  ) throws {
    let hashes = Set(selection.names.map { StableHash.of($0) })
    var last: Int64 = 0
    while true {
      let (record, given) = try file.queue.read { database in
        (
          try BatchTable.next(after: last, named: hashes, database),
          try OutboxSchema.fact(database, "given") ?? 0
        )
      }
      guard let record else { return }
      last = record.id
      for notification in record.notifications() ?? [] {
        var entry = OutboxEntry(state: .queued, notification: notification, acceptedAt: record.acceptedAt)
        entry.noteGiven(upTo: given)
        if selection.takes(entry), try !body(entry) { return }
      }
    }
  }

  // MARK: Changes

  /// Puts dead letters at the end of the queue, as if they were accepted now; their `apns-id` stays the same.
  ///
  /// - Returns: how many.
  package func requeue(_ selection: OutboxEntry.Selection) throws(OutboxError) -> Int {
    let wall = wallClock()
    return try changeDead(selection) { database, entries in
      for priority in PriorityClass.allCases {
        var batch = OutboxBatch()
        for entry in entries where PriorityClass(entry.notification) == priority {
          var notification = entry.notification
          notification.mayHaveArrived = entry.mayHaveArrived
          batch.append(notification)
        }
        guard batch.count > 0 else { continue }
        batch.seal()
        try batch.insert(database, priority, wall)
      }
    }
  }

  /// Forgets dead letters.
  ///
  /// - Returns: how many.
  package func purge(_ selection: OutboxEntry.Selection) throws(OutboxError) -> Int {
    try changeDead(selection) { _, _ in }
  }

  /// Takes dead letters out of their rows, and does something with them in the same transaction.
  private func changeDead(
    _ selection: OutboxEntry.Selection, _ body: (Database, [OutboxEntry]) throws -> Void
  ) throws(OutboxError) -> Int {
    var selection = selection
    selection.states = [.dead]
    var count = 0
    var last: Int64 = .min
    // What dies in the meantime is for another time.
    let end = try file.read { try Int64.fetchOne($0, sql: "SELECT max(ticket) FROM held") ?? 0 }
    while true {
      let (found, next) = try file.write { database in
        let rows = try Row.fetchAll(
          database,
          sql: "SELECT * FROM held WHERE +state = 1 AND ticket > ? AND ticket <= ? ORDER BY ticket LIMIT ?",
          arguments: [last, end, OutboxBatch.countLimit / 2])
        let entries = rows.compactMap { Self.entry($0, given: 0) }.filter(selection.takes)
        try body(database, entries)
        for entry in entries {
          try database.execute(
            sql: "DELETE FROM held WHERE ticket = ?",
            arguments: [Int64(bitPattern: entry.notification.ticket)])
        }
        return (entries.count, rows.last.map { $0["ticket"] as Int64 })
      }
      count += found
      guard let next else { return count }
      last = next
    }
  }

  /// Remembers recalls, for the process that delivers now or next: before it gives anything more to its sink, it
  /// withdraws what goes by these names.
  package func recall(_ names: [String]) throws(OutboxError) {
    let until = wallClock() + OutboxOptions().keepsRecallsFor.milliseconds
    try file.write { database in
      for name in names {
        try database.execute(
          sql: "INSERT OR REPLACE INTO recall (name, until, is_done) VALUES (?, ?, 0)",
          arguments: [name, until])
      }
    }
  }

  /// Waits until recalls have been looked after.
  ///
  /// - Returns: how many were not within the time.
  package func awaitRecalls(_ names: [String], seconds: Double) throws(OutboxError) -> Int {
    let end = Date().addingTimeInterval(seconds)
    while true {
      let open = try file.read { database in
        try names.filter {
          try Int.fetchOne(
            database, sql: "SELECT 1 FROM recall WHERE name = ? AND is_done = 0", arguments: [$0]) != nil
        }.count
      }
      if open == 0 || Date() > end { return open }
      usleep(50_000)
    }
  }
}
