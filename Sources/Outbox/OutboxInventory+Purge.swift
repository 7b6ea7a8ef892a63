import Delivery
import Foundation
import GRDB
import NotificationModel

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
          let ticket = Int64(bitPattern: entry.notification.ticket)
          try database.execute(sql: "DELETE FROM held WHERE ticket = ?", arguments: [ticket])
          for name in entry.notification.names {
            try database.execute(
              sql: "DELETE FROM held_name WHERE name = ? AND ticket = ?",
              arguments: [Int64(bitPattern: StableHash.of(name)), ticket])
          }
        }
        // Who was the first of its device token lets the next go.
        let first = Set(entries.filter { $0.due != nil }.map(\.notification.ticket))
        for row in rows where first.contains(UInt64(bitPattern: row["ticket"])) {
          try database.execute(
            sql: """
              UPDATE held SET due = ? WHERE due = ? AND ticket =
              (SELECT min(ticket) FROM held WHERE token = ? AND state = 0)
              """, arguments: [Timestamp.now, Held.behind, row["token"] as Int64])
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
        guard
          let row = try Row.fetchOne(
            database,
            sql: """
              SELECT id, accepted_at, count, body, gone FROM batch LEFT JOIN progress ON batch.id = batch
              WHERE id > ? ORDER BY id LIMIT 1
              """, arguments: [last])
        else { return (0, nil) }
        let given = try Int64.fetchOne(database, sql: "SELECT number FROM fact WHERE name = 'given'") ?? 0
        let id: Int64 = row[0]
        var batch = Outbox.LoadedBatch(count: row[2], gone: row[4])
        let data: Data = row[3]
        let notifications = data.withUnsafeBytes { bytes in
          OutboxBatch.read(bytes, batch: id) { !Outbox.LoadedBatch.isGone($0, batch.gone) }
        }
        var entries: [OutboxEntry] = []
        for notification in notifications ?? [] {
          var entry = OutboxEntry(state: .queued, notification: notification, acceptedAt: row[1])
          entry.noteGiven(upTo: given)
          guard selection.takes(entry) else { continue }
          entries.append(entry)
          batch.leave(OutboxBatch.index(of: notification.ticket))
        }
        if !entries.isEmpty { try batch.write(database, id) }
        try tell(entries, database, isTold)
        return (entries.count, id)
      }
      count += found
      guard let next else { return count }
      last = next
    }
  }

  /// Leaves events for the audit.
  private func tell(_ entries: [OutboxEntry], _ database: Database, _ isTold: Bool) throws {
    guard !entries.isEmpty else { return }
    try Outbox.count("withdrawn", Int64(entries.count), database)
    guard isTold else { return }
    let first = (try Int64.fetchOne(database, sql: "SELECT number FROM fact WHERE name = 'event'") ?? 0) + 1
    var lines = OutboxEvents()
    for (index, entry) in entries.enumerated() {
      lines.add(
        first + Int64(index), Timestamp.now, entry.notification,
        .withdrawn(mayHaveArrived: entry.mayHaveArrived), attempts: entry.attempts, isRecalled: false)
    }
    try lines.insert(database, last: first + Int64(entries.count) - 1)
  }
}
