import Delivery
import Digests
import GRDB
import NotificationModel
import OutboxRecords

/// A look for recalled notifications that are in the file alone.
struct RecallSearch {
  /// The most notifications that a transaction withdraws, so that memory does not follow a name that many share.
  static let limit = 5000

  private let core: OutboxCore
  private let backlog: Backlog
  private let names: Set<String>
  private let hashes: Set<UInt64>
  private let wall: Int64
  /// The number of notifications that it may still withdraw.
  private var left = RecallSearch.limit
  /// The findings, by name.
  private(set) var found: [String: RecallFindings]
  /// The device tokens of rows that were taken out.
  private(set) var freedTokens: [UInt64?] = []

  /// - Parameter found: what was found before.
  init(_ parts: OutboxParts, _ names: [String], found: [String: RecallFindings], _ wall: Int64) {
    core = parts.core
    backlog = parts.backlog
    self.names = Set(names)
    hashes = Set(names.map { StableHash.of($0) })
    self.found = found
    self.wall = wall
  }

  /// Withdraws what waits in the file.
  ///
  /// - Returns: false where there is more than fits into one transaction.
  mutating func withdraw(_ database: Database) throws -> Bool {
    for hash in hashes where left > 0 { try withdrawHeld(hash, database) }
    for priority in PriorityClass.allCases where left > 0 { try withdrawQueued(priority, database) }
    return left > 0
  }

  /// Takes back what was delivered, as far as that is remembered.
  mutating func recallSent(_ database: Database) throws {
    var search = self
    let names = names.filter { !NotificationName.isOwn($0) }
    guard !names.isEmpty else { return }
    try SentTable.forEach(named: Set(names.map { StableHash.of($0) }), database, wall) { notification in
      guard let name = notification.names.first(where: names.contains) else { return }
      search.found[name, default: RecallFindings()].delivered += 1
      search.found[name, default: RecallFindings()].then = search.core.machine.sendRecall(of: notification)
    }
    self = search
  }

  private func name(of notification: PushNotification) -> String? {
    notification.names.first(where: names.contains)
  }

  // MARK: Rows of their own

  private mutating func withdrawHeld(_ hash: UInt64, _ database: Database) throws {
    let limit = Self.limit + core.machine.sinkCount + 1
    for ticket in try HeldTable.tickets(named: hash, limit: limit, database)
    where left > 0 && !core.machine.isAtSink(ticket) {
      guard let record = try HeldTable.read(ticket, database), let notification = record.notification(ticket),
        let name = name(of: notification)
      else { continue }
      try withdraw(record, notification, name, database)
    }
  }

  private mutating func withdraw(
    _ record: HeldTable.Record, _ notification: PushNotification, _ name: String, _ database: Database
  ) throws {
    let hashes = notification.names.map { StableHash.of($0) }
    try HeldTable.delete(notification.ticket, names: hashes, database)
    let due = record.wait.due
    let mayHaveArrived =
      notification.mayHaveArrived || record.isUnknown || core.mark.isUncertain(due: due)
    end(notification, name, attempts: record.attempts, mayHaveArrived: mayHaveArrived)
    freedTokens.append(record.token)
    // Who was behind was not the first, and who has the token lets the next go.
    guard let token = record.token, due != nil, !core.machine.isOwned(token) else { return }
    if try HeldTable.wake(token, database, wall) { core.lanes.bring(to: wall) }
  }

  // MARK: Batches

  /// Withdraws what is in batches that are not in memory; the others have been looked through there.
  private mutating func withdrawQueued(_ priority: PriorityClass, _ database: Database) throws {
    let last = backlog.last(priority)
    for id in try BatchTable.ids(named: hashes, priority, after: last, database) where left > 0 {
      guard let record = try BatchTable.read(id, database) else { continue }
      try withdraw(record, database)
    }
  }

  private mutating func withdraw(_ record: BatchTable.Record, _ database: Database) throws {
    var batch = record.batch
    for notification in record.notifications() ?? [] where left > 0 {
      guard let name = name(of: notification) else { continue }
      batch.leave(OutboxBatch.index(of: notification.ticket))
      let mayHaveArrived = notification.mayHaveArrived || core.mark.isUncertain(batch: record.id)
      end(notification, name, attempts: 0, mayHaveArrived: mayHaveArrived)
      core.stragglers.note()
    }
    if batch.left != record.batch.left { try BatchTable.write(batch, record.id, database) }
  }

  private mutating func end(
    _ notification: PushNotification, _ name: String, attempts: Int, mayHaveArrived: Bool
  ) {
    left -= 1
    found[name, default: RecallFindings()].withdrawn += 1
    core.journal.noteResult(
      notification, .withdrawn(mayHaveArrived: mayHaveArrived), attempts: attempts, wall)
    if mayHaveArrived { core.machine.sendRecall(of: notification, by: name) }
  }
}
