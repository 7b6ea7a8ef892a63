import Delivery
import EventLoop
import Foundation
import GRDB
import Glibc
import NotificationModel

extension Outbox {
  /// What a transaction has found out, which holds once it is committed.
  struct Outcome {
    /// The batches that came in, by class, with their parcels.
    var batches: [(id: Int64, class: Int, parcels: [Parcel], isNext: Bool)] = []
    var accepted: [PushNotification] = []
    var withdrawn: [PushNotification] = []
    /// The number of the incoming notifications that are written.
    var taken = 0
    var givenUpTo: Int64?
    /// The device tokens of rows that recalls have taken out.
    var freedTokens: [UInt64] = []
    /// What recalls have found.
    var found: [String: RecallFindings] = [:]
    /// Whether they have found more than fits into one transaction: they go on in the next.
    var isUnfinished = false
  }

  /// Writes down what was given and what has changed; when this returns, it is safe.
  ///
  /// - Parameter isTrial: to find out whether the file can be written, even where there is nothing to write.
  func commit(isTrial: Bool) throws(OutboxError) {
    let fitting = try fitting()
    guard fitting > 0 || !newRecalls.isEmpty || !changes.isEmpty || isTrial else { return }
    let wall = wallClock()
    let recalls = sink == nil ? [] : Array(Set(newRecalls))
    if !recalls.isEmpty { recallInMemory(Set(recalls), wall) }
    if sink == nil, OutboxRescue.isMarked(file.path) {
      throw OutboxError(
        .busy, "'\(file.path)' is damaged; a run with --sink takes over what can be read of it")
    }
    onPoint(.beforeCommit)
    let mark = changes.mark
    let event = lastEvent
    let outcome: Outcome
    do throws(OutboxError) {
      outcome = try file.write { database in
        var outcome = Outcome()
        // The other changes first: what a recall looks for is in the file then, or has left it.
        try writeProgress(database)
        try writeHeld(database, wall)
        try writeSent(database, wall)
        try noticeRecalls(database)
        try recallOnDisk(database, recalls, wall, &outcome)
        try addRecalls(database, wall, isDone: sink != nil && !outcome.isUnfinished)
        try accept(fitting, database, wall, &outcome)
        try writeEvents(database)
        try writeCounts(database, outcome)
        if isTrial { try setFact(database, "tried_at", wall) }
        return outcome
      }
    } catch {
      // What the transaction has added is added again by the next.
      changes.rewind(to: mark)
      lastEvent = event
      throw error
    }
    onPoint(.afterCommit)
    // A process without the lease may have written to a file that was set aside in the meantime: that does not count.
    if sink == nil, !file.isInPlace {
      file = try OutboxFile(file.path)
      changes.rewind(to: mark)
      throw OutboxError(.busy, "'\(file.path)' was set aside, for it was damaged; it goes on in the new one")
    }
    take(outcome)
  }

  /// Takes up what a commit has made safe.
  private func take(_ outcome: Outcome) {
    isBusy = outcome.taken >= Self.busyCount
    let size = incoming[..<outcome.taken].reduce(0) { $0 + Self.size($1) }
    if outcome.taken == incoming.count {
      incoming.removeAll(keepingCapacity: true)
    } else {
      incoming.removeFirst(outcome.taken)
    }
    incomingSize -= size
    usedSize += size
    for token in outcome.freedTokens { heldTokens.remove(token) }
    if outcome.isUnfinished {
      findings = outcome.found
    } else {
      newRecalls.removeAll()
      findings.removeAll()
    }
    if let given = outcome.givenUpTo { givenUpTo = given }
    for batch in outcome.batches {
      // In order: only what comes right behind what is in memory goes on without the file.
      guard sink != nil, batch.isNext, !hasBacklog[batch.class], ready[batch.class].count < Self.readyLimit
      else {
        hasBacklog[batch.class] = true
        continue
      }
      cursors[batch.class] = batch.id
      batches[batch.id] = LoadedBatch(count: batch.parcels.count, gone: nil)
      for parcel in batch.parcels { ready[batch.class].append(parcel) }
    }
    for id in changes.batches where batches[id]?.left == 0 { batches[id] = nil }
    writeAudit()
    for notification in outcome.accepted { events.accepted(notification) }
    for notification in outcome.withdrawn {
      events.ended(notification, .withdrawn(mayHaveArrived: notification.mayHaveArrived), 0)
    }
    for (parcel, end) in changes.ends { events.ended(parcel.notification, end, parcel.attempts) }
    changes.removeAll()
  }

  // MARK: In

  /// - Parameter count: how many of the notifications that came in.
  private func accept(_ count: Int, _ database: Database, _ wall: Int64, _ outcome: inout Outcome) throws {
    guard count > 0 || !changes.ofRecalls.isEmpty else { return }
    outcome.taken = count
    var open = [OutboxBatch(), OutboxBatch()]
    var parcels: [[Parcel]] = [[], []]
    func close(_ index: Int) throws {
      guard open[index].count > 0 else { return }
      open[index].seal()
      let isNext =
        try Int.fetchOne(
          database.cachedStatement(sql: "SELECT 1 FROM batch WHERE class = ? AND id > ? LIMIT 1"),
          arguments: [index, cursors[index]]) == nil
        && !outcome.batches.contains { $0.class == index && !$0.isNext }
      let id = try open[index].insert(database, class: index, wall)
      for place in parcels[index].indices {
        parcels[index][place].notification.ticket = OutboxBatch.ticket(id, place)
      }
      // Batches of this transaction stand behind each other.
      let follows = outcome.batches.last { $0.class == index }?.isNext ?? isNext
      outcome.batches.append((id, index, parcels[index], follows))
      if sink != nil, id > max(givenUpTo, outcome.givenUpTo ?? 0) {
        outcome.givenUpTo = id + Self.givenAhead
        try setFact(database, "given", id + Self.givenAhead)
        try setFact(database, "given_at", wall)
      }
      open[index] = OutboxBatch()
      parcels[index].removeAll()
    }
    func add(_ notification: PushNotification) throws {
      let index = Parcel.priority(notification)
      open[index].append(notification)
      if sink != nil { parcels[index].append(Parcel(notification, acceptedAt: wall, options)) }
      if open[index].isFull { try close(index) }
    }
    for notification in incoming[..<count] {
      // Without a sink nobody tells the audit: who delivers withdraws it.
      if sink != nil, try isRecalled(database, notification, wall) {
        outcome.withdrawn.append(notification)
        addEvent(notification, .withdrawn(mayHaveArrived: notification.mayHaveArrived), 0, wall)
        // Another run has sent it, and had no answer.
        if notification.mayHaveArrived { recallSent(notification) }
      } else {
        outcome.accepted.append(notification)
        try add(notification)
      }
    }
    for notification in changes.ofRecalls { try add(notification) }
    try close(1)
    try close(0)
  }

  // MARK: Progress

  private func writeProgress(_ database: Database) throws {
    for id in changes.batches {
      try batches[id]?.write(database, id)
    }
  }

  private func writeHeld(_ database: Database, _ wall: Int64) throws {
    for (ticket, names) in changes.ended {
      try database.cachedStatement(sql: "DELETE FROM held WHERE ticket = ?").execute(arguments: [
        Int64(ticket)
      ])
      for name in names {
        try database.cachedStatement(sql: "DELETE FROM held_name WHERE name = ? AND ticket = ?")
          .execute(arguments: [Int64(bitPattern: name), Int64(ticket)])
      }
    }
    for (ticket, held) in changes.held.sorted(by: { $0.key < $1.key }) {
      try write(held, ticket, database, wall)
    }
    for token in changes.wakes { try wake(token, database, wall) }
  }

  /// Makes the first that waits behind another of a device token due.
  func wake(_ token: UInt64, _ database: Database, _ wall: Int64) throws {
    try database.cachedStatement(
      sql: """
        UPDATE held SET due = ? WHERE due = ? AND ticket =
        (SELECT min(ticket) FROM held WHERE token = ? AND state = 0)
        """
    ).execute(arguments: [wall, Held.behind, Int64(bitPattern: token)])
    if database.changesCount > 0 { nextHeldDue = min(nextHeldDue, wall) }
  }

  private func write(_ held: Held, _ ticket: UInt64, _ database: Database, _ wall: Int64) throws {
    let parcel = held.parcel
    var due = held.due
    if held.asksForOrder {
      let isFirst =
        try Int.fetchOne(
          database.cachedStatement(
            sql: "SELECT 1 FROM held WHERE token = ? AND state = 0 AND ticket < ? LIMIT 1"),
          arguments: [Int64(bitPattern: parcel.token), Int64(ticket)]) == nil
      due = isFirst ? wall : Held.behind
      if isFirst { nextHeldDue = min(nextHeldDue, wall) }
    }
    let names = parcel.nameHashes
    if held.isNew {
      try database.cachedStatement(
        sql: """
          INSERT INTO held (ticket, state, lane, due, expires, token, accepted_at, attempts, reason, why,
          status, unknown, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """
      ).execute(arguments: [
        Int64(ticket), held.state.rawValue, held.lane, due, parcel.expires,
        Int64(bitPattern: parcel.token), parcel.acceptedAt, parcel.attempts, held.failure?.reason ?? "",
        held.failure?.description ?? "", held.failure?.status ?? 0, parcel.mayHaveArrived,
        Data(OutboxBatch.alone(parcel.notification)),
      ])
    } else {
      try database.cachedStatement(
        sql: """
          UPDATE held SET state = ?, lane = ?, due = ?, attempts = ?, reason = ?, why = ?, status = ?, unknown = ?
          WHERE ticket = ?
          """
      ).execute(arguments: [
        held.state.rawValue, held.lane, due, parcel.attempts, held.failure?.reason ?? "",
        held.failure?.description ?? "", held.failure?.status ?? 0, parcel.mayHaveArrived, Int64(ticket),
      ])
    }
    for name in names {
      let sql =
        held.state == .waiting
        ? "INSERT OR IGNORE INTO held_name (name, ticket) VALUES (?, ?)"
        : "DELETE FROM held_name WHERE name = ? AND ticket = ?"
      if held.state == .dead, held.isNew { break }
      if held.state == .waiting, !held.isNew { break }
      try database.cachedStatement(sql: sql).execute(arguments: [Int64(bitPattern: name), Int64(ticket)])
    }
  }

  private func writeSent(_ database: Database, _ wall: Int64) throws {
    guard !changes.sent.isEmpty else { return }
    var batch = OutboxBatch()
    for parcel in changes.sent {
      // Who it was sent to is remembered, not what it said.
      batch.append(parcel.notification.withoutContent)
    }
    batch.seal()
    let until = wall + options.keepsSentFor.milliseconds
    try database.cachedStatement(sql: "INSERT INTO sent (until, names, body) VALUES (?, ?, ?)")
      .execute(arguments: [until, Data(batch.names), Data(batch.body)])
  }

  // MARK: Events

  /// Notes an event, which the audit is told when it is in the file.
  func addEvent(
    _ notification: PushNotification, _ end: DeliveryEnd, _ attempts: Int, _ wall: Int64,
    isRecalled: Bool = false
  ) {
    guard audit != nil else { return }
    lastEvent += 1
    changes.lines.add(lastEvent, wall, notification, end, attempts: attempts, isRecalled: isRecalled)
  }

  private func writeEvents(_ database: Database) throws {
    if changes.lines.count > 0 {
      try changes.lines.insert(database, last: lastEvent)
    }
    if let place = changes.settledPlace {
      try database.cachedStatement(sql: "DELETE FROM event WHERE first + count - 1 <= ?")
        .execute(arguments: [changes.settledEvent])
      try setFact(database, "audit_file", place.file)
      try setFact(database, "audit_size", place.size)
    }
  }

  private func writeCounts(_ database: Database, _ outcome: Outcome) throws {
    var counts = changes.counts
    counts["accepted", default: 0] += Int64(outcome.accepted.count + outcome.withdrawn.count)
    counts["withdrawn", default: 0] += Int64(outcome.withdrawn.count)
    for (name, count) in counts where count > 0 { try Self.count(name, count, database) }
  }

  static func count(_ name: String, _ count: Int64, _ database: Database) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO fact (name, number) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET number = number + excluded.number
        """
    ).execute(arguments: [name, count])
  }

  func setFact(_ database: Database, _ name: String, _ number: Int64) throws {
    try OutboxSchema.setFact(database, name, number)
  }

  /// Writes the lines of the last commit to the audit; what cannot be written now stays in the file.
  private func writeAudit() {
    guard let audit, changes.lines.count > 0 else { return }
    guard writtenEvent == lastEvent - changes.lines.count else {
      // There is a gap: it is filled from the file first.
      auditHasFailed = true
      return
    }
    let code = audit.append(Array(changes.lines.lines))
    if code == 0 { writtenEvent = lastEvent } else { auditFailed(code) }
  }

  private func auditFailed(_ code: Int32) {
    guard !auditHasFailed else { return }
    auditHasFailed = true
    events.notice(
      "--audit: \(systemMessage(code)); the outbox keeps its events until there is room")
  }

  /// Writes to the audit what it has not got, perhaps since another process was killed before it wrote.
  func catchUpAudit() throws(OutboxError) {
    // What is in no row yet comes with its commit.
    let committed = lastEvent - changes.lines.count
    guard let audit, writtenEvent < committed else {
      auditHasFailed = false
      return
    }
    let place = try file.read { database -> AuditLog.Place? in
      let file = try OutboxSchema.fact(database, "audit_file")
      let size = try OutboxSchema.fact(database, "audit_size")
      return file.flatMap { file in size.map { AuditLog.Place(file: file, size: $0) } }
    }
    guard var last = audit.lastEvent(behind: place) else { return auditFailed(ENOSPC) }
    while true {
      let rows = try file.read { database in
        try Row.fetchAll(
          database,
          sql: "SELECT first, count, lines FROM event WHERE first + count - 1 > ? ORDER BY first LIMIT 32",
          arguments: [last])
      }
      if rows.isEmpty { break }
      for row in rows {
        let (first, count, lines) = (row[0] as Int64, row[1] as Int64, row[2] as Data)
        // Half a row may be there, line by line.
        let missing = lines.split(separator: 0x0A).suffix(Int(min(first + count - 1 - last, count)))
        let code = audit.append(missing.flatMap { $0 + [0x0A] })
        if code != 0 {
          auditFailed(code)
          return
        }
        last = first + count - 1
      }
    }
    writtenEvent = committed
    auditHasFailed = false
  }
}
