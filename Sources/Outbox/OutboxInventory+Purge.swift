import Delivery
import Digests
import EventLoop
import Foundation
import GRDB
import NotificationModel
import OutboxRecords

extension OutboxInventory {
  /// Withdraws what was not delivered, while no process delivers.
  ///
  /// The audit is told of it by the next process that has one.
  ///
  /// - Returns: how many.
  /// - Throws: ``OutboxError``, also where a process delivers.
  package func withdraw(_ selection: OutboxEntry.Selection) throws(OutboxError) -> Int {
    guard let lock = try DeliveryLock(file.path) else {
      throw OutboxError(
        .busy, "'\(file.path)': a process delivers from it; stop that first, or use 'notilua recall'")
    }
    defer { withExtendedLifetime(lock) {} }
    let isTold = try file.read { try Int.fetchOne($0, sql: "SELECT 1 FROM fact WHERE name = 'event'") != nil }
    return try withdrawHeld(selection, isTold) + withdrawQueued(selection, isTold)
  }

  private func withdrawHeld(_ selection: OutboxEntry.Selection, _ isTold: Bool) throws(OutboxError) -> Int {
    guard selection.states.contains(.waiting) else { return 0 }
    var count = 0
    var last: Int64 = .min
    while true {
      let (found, next) = try file.write { database in
        let rows = try Row.fetchAll(
          database, sql: "SELECT * FROM held WHERE +state = 0 AND ticket > ? ORDER BY ticket LIMIT 500",
          arguments: [last])
        let given = try OutboxSchema.fact(database, "given") ?? 0
        let entries = rows.compactMap { Self.entry($0, given: given) }.filter(selection.takes)
        for entry in entries {
          let names = entry.notification.names.map { StableHash.of($0) }
          try HeldTable.delete(entry.notification.ticket, names: names, database)
        }
        // Who was the first of its device token lets the next go.
        let first = Set(entries.filter { $0.due != nil }.map(\.notification.ticket))
        for row in rows where first.contains(UInt64(bitPattern: row["ticket"])) {
          try HeldTable.wake(UInt64(bitPattern: row["token"]), database, Timestamp.now)
        }
        try tell(entries, database, isTold)
        return (entries.count, rows.last.map { $0["ticket"] as Int64 })
      }
      count += found
      guard let next else { return count }
      last = next
    }
  }

  private func withdrawQueued(_ selection: OutboxEntry.Selection, _ isTold: Bool) throws(OutboxError) -> Int {
    guard selection.states.contains(.queued), selection.reason == nil else { return 0 }
    var count = 0
    var last: Int64 = 0
    while true {
      let (found, next) = try file.write { database -> (Int, Int64?) in
        guard let record = try BatchTable.next(after: last, database) else { return (0, nil) }
        let given = try OutboxSchema.fact(database, "given") ?? 0
        var batch = record.batch
        var entries: [OutboxEntry] = []
        for notification in record.notifications() ?? [] {
          var entry = OutboxEntry(state: .queued, notification: notification, acceptedAt: record.acceptedAt)
          entry.noteGiven(upTo: given)
          guard selection.takes(entry) else { continue }
          entries.append(entry)
          batch.leave(OutboxBatch.index(of: notification.ticket))
        }
        if !entries.isEmpty { try BatchTable.write(batch, record.id, database) }
        try tell(entries, database, isTold)
        return (entries.count, record.id)
      }
      count += found
      guard let next else { return count }
      last = next
    }
  }

  /// Leaves events for the audit.
  private func tell(_ entries: [OutboxEntry], _ database: Database, _ isTold: Bool) throws {
    guard !entries.isEmpty else { return }
    try OutboxSchema.addToFact(database, "withdrawn", Int64(entries.count))
    guard isTold else { return }
    var lines = OutboxEvents(last: try OutboxSchema.fact(database, "event") ?? 0)
    for entry in entries {
      lines.add(
        Timestamp.now, entry.notification, .withdrawn(mayHaveArrived: entry.mayHaveArrived),
        attempts: entry.attempts, isRecalled: false)
    }
    try lines.insert(database)
  }
}
