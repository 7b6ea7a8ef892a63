import Delivery
import EventLoop
import GRDB
import NotificationModel
import OutboxRecords

/// One transaction of an outbox: what was given and what has changed is written down together.
struct OutboxCommit {
  private let parts: OutboxParts
  private let incoming: ArraySlice<PushNotification>
  /// The names whose notifications are looked for; none where this process does not deliver.
  private let names: [String]
  private let wall: Int64
  private var outcome = CommitOutcome()

  /// - Parameter incoming: the notifications that there is room for.
  init(_ parts: OutboxParts, _ incoming: ArraySlice<PushNotification>, names: [String], _ wall: Int64) {
    self.parts = parts
    self.incoming = incoming
    self.names = names
    self.wall = wall
  }

  private var core: OutboxCore { parts.core }
  private var journal: Journal { core.journal }

  /// Writes everything down; what it has noted meanwhile is taken back where that fails.
  ///
  /// - Returns: what holds once this returns.
  func run() throws(OutboxError) -> CommitOutcome { try run { _ in } }

  /// Does the same, and writes something in any case, to find out whether the file can be written.
  func runTrial() throws(OutboxError) -> CommitOutcome {
    try run { try OutboxSchema.setFact($0, "tried_at", wall) }
  }

  private func run(_ end: (Database) throws -> Void) throws(OutboxError) -> CommitOutcome {
    let mark = journal.mark
    var commit = self
    do throws(OutboxError) {
      try core.file.write { database in
        try commit.write(database)
        try end(database)
      }
    } catch {
      journal.rewind(to: mark)
      throw error
    }
    return commit.outcome
  }

  private mutating func write(_ database: Database) throws {
    // The other changes first: what a recall looks for is in the file then, or has left it.
    try writeProgress(database)
    try writeRows(database)
    let until = wall + core.options.keepsSentFor.milliseconds
    try SentTable.insert(journal.sent, until: until, database)
    try core.recalls.read(database)
    try recall(database)
    try writeRecalls(database)
    try accept(database)
    try writeEvents(database)
    try writeCounts(database)
  }

  private func writeProgress(_ database: Database) throws {
    for id in journal.batches {
      if let batch = core.machine.batch(id) { try BatchTable.write(batch, id, database) }
    }
  }

  private func writeRows(_ database: Database) throws {
    for (ticket, names) in journal.endedRows { try HeldTable.delete(ticket, names: names, database) }
    for (_, change) in journal.rows.sorted(by: { $0.key < $1.key }) {
      if let due = try HeldTable.write(change, database, wall) { core.lanes.bring(to: due) }
    }
    for token in journal.wakes where try HeldTable.wake(token, database, wall) { core.lanes.bring(to: wall) }
  }

  private func writeEvents(_ database: Database) throws {
    if journal.events.count > 0 { try journal.events.insert(database) }
    if let settled = journal.settled { try EventTable.settle(settled, database) }
  }

  private func writeCounts(_ database: Database) throws {
    for (name, count) in journal.counts { try OutboxSchema.addToFact(database, name, count) }
    if outcome.taken > 0 { try OutboxSchema.addToFact(database, "accepted", Int64(outcome.taken)) }
  }

  // MARK: Recalls

  /// Withdraws what is in the file alone, and looks for what was delivered.
  private mutating func recall(_ database: Database) throws {
    guard !names.isEmpty else { return }
    var search = RecallSearch(parts, names, found: core.recalls.findings, wall)
    outcome.isUnfinished = try !search.withdraw(database)
    if !outcome.isUnfinished, core.options.recallOfSent != .nothing { try search.recallSent(database) }
    (outcome.found, outcome.freedTokens) = (search.found, search.freedTokens)
    guard !outcome.isUnfinished else { return }
    for name in names { journal.events.add(wall, recall: name, search.found[name] ?? RecallFindings()) }
  }

  /// Writes down what was recalled, for messages that are to come, and which recalls have seen their end.
  private func writeRecalls(_ database: Database) throws {
    let until = wall + core.options.keepsRecallsFor.milliseconds
    let isSearched = core.isDelivering && !outcome.isUnfinished
    for name in core.recalls.new {
      let isDone = isSearched && !core.recalls.isAtSink(name)
      try RecallTable.add(name, until: until, isDone: isDone, database)
      core.recalls.remember(name)
    }
    for name in journal.settledRecalls { try RecallTable.setDone(name, database) }
  }

  // MARK: What came in

  private mutating func accept(_ database: Database) throws {
    outcome.taken = incoming.count
    var open = PriorityClass.allCases.map { _ in OpenBatch() }
    for notification in incoming {
      // Without a sink nobody tells the audit: who delivers withdraws it.
      if core.isDelivering, try isRecalled(notification, database) {
        withdraw(notification)
      } else {
        outcome.accepted.append(notification)
        try add(notification, to: &open, database)
      }
    }
    if core.options.keepsRepeatsFor != nil {
      try RepeatTable.insert(outcome.accepted.flatMap(\.repeatIdentity), database, wall)
    }
    for recall in journal.recallPushes { try add(recall.push, to: &open, database) }
    for priority in [PriorityClass.urgent, .patient] { try close(priority, &open, database) }
  }

  /// A batch that notifications of a class are added to.
  private struct OpenBatch {
    var batch = OutboxBatch()
    var entries: [Entry] = []
  }

  private mutating func add(
    _ notification: PushNotification, to open: inout [OpenBatch], _ database: Database
  ) throws {
    let priority = PriorityClass(notification)
    open[priority.rawValue].batch.append(notification)
    if core.isDelivering {
      open[priority.rawValue].entries.append(Entry(notification, acceptedAt: wall, core.options))
    }
    if open[priority.rawValue].batch.isFull { try close(priority, &open, database) }
  }

  private mutating func close(
    _ priority: PriorityClass, _ open: inout [OpenBatch], _ database: Database
  ) throws {
    guard open[priority.rawValue].batch.count > 0 else { return }
    let isNext = try isNext(priority, database)
    open[priority.rawValue].batch.seal()
    let id = try open[priority.rawValue].batch.insert(database, priority, wall)
    let entries = open[priority.rawValue].entries
    for (place, entry) in entries.enumerated() { entry.notification.ticket = OutboxBatch.ticket(id, place) }
    outcome.batches.append(.init(id: id, priority: priority, entries: entries, isNext: isNext))
    if core.isDelivering, id > outcome.mark ?? 0 {
      outcome.mark = try core.mark.write(id, database, wall) ?? outcome.mark
    }
    open[priority.rawValue] = OpenBatch()
  }

  /// Returns a Boolean value that indicates whether a batch of a class comes right behind what is in memory.
  private func isNext(_ priority: PriorityClass, _ database: Database) throws -> Bool {
    // Batches of this transaction stand behind each other.
    if let last = outcome.batches.last(where: { $0.priority == priority }) { return last.isNext }
    return try !BatchTable.hasAny(priority, after: parts.backlog.last(priority), database)
  }

  /// Returns a Boolean value that indicates whether a notification was recalled before it came.
  private func isRecalled(_ notification: PushNotification, _ database: Database) throws -> Bool {
    guard core.recalls.mayHave(notification) else { return false }
    return try notification.names.contains { try RecallTable.has($0, database, wall) }
  }

  private func withdraw(_ notification: PushNotification) {
    let mayHaveArrived = notification.mayHaveArrived
    journal.noteResult(notification, .withdrawn(mayHaveArrived: mayHaveArrived), attempts: 0, wall)
    // Another run has sent it, and had no answer.
    if mayHaveArrived { core.machine.sendRecall(of: notification) }
  }
}
