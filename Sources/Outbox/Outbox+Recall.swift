import Delivery
import Foundation
import GRDB
import LosslessJSON
import NotificationModel

extension Outbox {
  /// Writes down what was recalled, for messages that are to come, and which recalls have seen their end.
  ///
  /// - Parameter isDone: whether all that waits was looked through.
  func addRecalls(_ database: Database, _ wall: Int64, isDone: Bool) throws {
    for name in newRecalls {
      try database.cachedStatement(
        sql: "INSERT OR REPLACE INTO recall (name, until, is_done) VALUES (?, ?, ?)"
      ).execute(arguments: [
        name, wall + options.keepsRecallsFor.milliseconds, isDone && underWay[name] == nil,
      ])
      recalled.add(StableHash.of(name))
    }
    for name in changes.settledRecalls {
      try database.cachedStatement(sql: "UPDATE recall SET is_done = 1 WHERE name = ?").execute(arguments: [
        name
      ])
    }
  }

  /// Takes up the names that other processes have recalled.
  func noticeRecalls(_ database: Database) throws {
    let rows = try Row.fetchCursor(
      database.cachedStatement(sql: "SELECT id, name FROM recall WHERE id > ? ORDER BY id"),
      arguments: [lastRecall])
    while let row = try rows.next() {
      recalled.add(StableHash.of(row[1] as String))
      lastRecall = row[0]
    }
  }

  /// Whether a notification may have been recalled; the file knows for certain.
  func mayBeRecalled(_ notification: PushNotification) -> Bool {
    var mayBe = false
    notification.eachName { mayBe = mayBe || recalled.mayHave(StableHash.of($0)) }
    return mayBe
  }

  /// Whether a notification was recalled before it came.
  func isRecalled(_ database: Database, _ notification: PushNotification, _ wall: Int64) throws -> Bool {
    guard mayBeRecalled(notification) else { return false }
    for name in notification.names {
      let isKnown =
        try Int.fetchOne(
          database.cachedStatement(sql: "SELECT 1 FROM recall WHERE name = ? AND until > ?"),
          arguments: [name, wall]) != nil
      if isKnown { return true }
    }
    return false
  }

  /// The tickets of those that were recalled before they came.
  func recalledTickets(
    _ database: Database, _ notifications: [PushNotification], _ wall: Int64
  ) throws -> [UInt64] {
    var known: [String: Bool] = [:]
    return try notifications.filter { notification in
      try notification.names.contains { name in
        if let answer = known[name] { return answer }
        let answer =
          try Int.fetchOne(
            database.cachedStatement(sql: "SELECT 1 FROM recall WHERE name = ? AND until > ?"),
            arguments: [name, wall]) != nil
        known[name] = answer
        return answer
      }
    }.map(\.ticket)
  }

  /// Withdraws what is in memory; what the sink has is noted.
  func recallInMemory(_ names: Set<String>, _ wall: Int64) {
    func name(of parcel: Parcel) -> String? { parcel.notification.names.first(where: names.contains) }
    var taken: [Parcel] = []
    for index in ready.indices { taken += ready[index].remove { name(of: $0) != nil } }
    taken += next.remove { name(of: $0) != nil }
    for (token, parcels) in parked where parcels.contains(where: { name(of: $0) != nil }) {
      let kept = parcels.filter { name(of: $0) == nil }
      taken += parcels.filter { name(of: $0) != nil }
      parkedCount -= parcels.count - kept.count
      parked[token] = kept.isEmpty ? nil : kept
    }
    for parcel in taken {
      guard let name = name(of: parcel) else { continue }
      findings[name, default: RecallFindings()].withdrawn += 1
      if let word = withdraw(parcel, wall) { findings[name]?.then = word }
    }
    for (ticket, parcel) in atSink where !parcel.isRecalled {
      guard let name = name(of: parcel) else { continue }
      atSink[ticket]?.recalledAs = name
      underWay[name, default: 0] += 1
      findings[name, default: RecallFindings()].underWay += 1
    }
    // What waits for another attempt, and is not written down.
    for (_, held) in changes.held where held.state == .waiting {
      guard let name = name(of: held.parcel) else { continue }
      findings[name, default: RecallFindings()].withdrawn += 1
      if let word = withdraw(held.parcel, wall) { findings[name]?.then = word }
    }
  }

  /// Withdraws what is in the file alone, and looks for what was delivered.
  func recallOnDisk(
    _ database: Database, _ names: [String], _ wall: Int64, _ outcome: inout Outcome
  ) throws {
    guard !names.isEmpty else { return }
    var found = findings
    var left = Self.withdrawalLimit
    let wanted = Set(names)
    let hashes = Set(names.map { StableHash.of($0) })
    func name(of notification: PushNotification) -> String? {
      notification.names.first(where: wanted.contains)
    }
    func isNamed(_ notification: PushNotification) -> Bool {
      guard let name = name(of: notification) else { return false }
      found[name, default: RecallFindings()].withdrawn += 1
      left -= 1
      return true
    }
    try recallHeld(database, hashes, wall, &outcome) { left > 0 ? isNamed($0) : nil }
    if left > 0 { try recallBatches(database, hashes, wall) { left > 0 ? isNamed($0) : nil } }
    outcome.found = found
    if left <= 0 {
      outcome.isUnfinished = true
      return
    }
    if options.recallOfSent != .nothing {
      let rows = try Row.fetchCursor(
        database, sql: "SELECT id, names, body FROM sent WHERE until > ?", arguments: [wall])
      while let row = try rows.next() {
        let hasOne = try row.withUnsafeData(atIndex: 1) {
          $0?.withUnsafeBytes { OutboxBatch.mayHave(hashes, in: $0) }
        }
        guard hasOne ?? false else { continue }
        let body: Data = row[2]
        for notification in body.withUnsafeBytes({ OutboxBatch.read($0, batch: 0) }) ?? [] {
          guard let name = name(of: notification) else { continue }
          found[name, default: RecallFindings()].delivered += 1
          found[name, default: RecallFindings()].then = recallSent(notification)
        }
      }
    }
    guard audit != nil else { return }
    for name in names {
      lastEvent += 1
      changes.lines.add(lastEvent, wall, recall: name, found[name] ?? RecallFindings())
    }
  }

  private func recallHeld(
    _ database: Database, _ hashes: Set<UInt64>, _ wall: Int64, _ outcome: inout Outcome,
    _ isNamed: (PushNotification) -> Bool?
  ) throws {
    for hash in hashes {
      let tickets = try Int64.fetchAll(
        database.cachedStatement(sql: "SELECT ticket FROM held_name WHERE name = ? LIMIT ?"),
        arguments: [Int64(bitPattern: hash), Self.withdrawalLimit + atSink.count + 1])
      for ticket in tickets where atSink[UInt64(ticket)] == nil {
        guard
          let row = try Row.fetchOne(
            database.cachedStatement(
              sql: "SELECT token, attempts, unknown, due, body FROM held WHERE ticket = ? AND state = 0"),
            arguments: [ticket])
        else { continue }
        let body: Data = row["body"]
        guard
          let notification = body.withUnsafeBytes({
            OutboxBatch.read(alone: $0, ticket: UInt64(bitPattern: ticket))
          })
        else { continue }
        guard let isOne = isNamed(notification) else { return }
        if !isOne { continue }
        let due: Int64 = row["due"]
        let token = UInt64(bitPattern: row["token"])
        try database.execute(sql: "DELETE FROM held WHERE ticket = ?", arguments: [ticket])
        for name in notification.names {
          try database.execute(
            sql: "DELETE FROM held_name WHERE name = ? AND ticket = ?",
            arguments: [Int64(bitPattern: StableHash.of(name)), ticket])
        }
        let mayHaveArrived = notification.mayHaveArrived || row["unknown"] || isUncertain(due: due)
        withdrawOnDisk(notification, attempts: row["attempts"], mayHaveArrived: mayHaveArrived, wall)
        if token != 0 { outcome.freedTokens.append(token) }
        // Who was behind was not the first, and who has the token lets the next go.
        if due != Held.behind, !busy.contains(token) { try wake(token, database, wall) }
      }
    }
  }

  /// Batches that are in memory have been looked through there.
  private func recallBatches(
    _ database: Database, _ hashes: Set<UInt64>, _ wall: Int64, _ isNamed: (PushNotification) -> Bool?
  ) throws {
    var ids: [Int64] = []
    for index in [0, 1] {
      let rows = try Row.fetchCursor(
        database, sql: "SELECT id, names FROM batch WHERE class = ? AND id > ?",
        arguments: [index, cursors[index]])
      while let row = try rows.next() {
        let hasOne = try row.withUnsafeData(atIndex: 1) {
          $0?.withUnsafeBytes { OutboxBatch.mayHave(hashes, in: $0) }
        }
        if hasOne ?? false { ids.append(row[0]) }
      }
    }
    for id in ids {
      guard
        let row = try Row.fetchOne(
          database,
          sql:
            "SELECT count, body, gone FROM batch LEFT JOIN progress ON batch.id = batch WHERE batch.id = ?",
          arguments: [id])
      else { continue }
      var batch = LoadedBatch(count: row[0], gone: row[2])
      let body: Data = row[1]
      let notifications = body.withUnsafeBytes { bytes in
        OutboxBatch.read(bytes, batch: id) { !LoadedBatch.isGone($0, batch.gone) }
      }
      var isAll = true
      for notification in notifications ?? [] {
        guard let isOne = isNamed(notification) else {
          isAll = false
          break
        }
        if !isOne { continue }
        batch.leave(OutboxBatch.index(of: notification.ticket))
        let mayHaveArrived = notification.mayHaveArrived || id <= uncertainUpTo
        withdrawOnDisk(notification, attempts: 0, mayHaveArrived: mayHaveArrived, wall)
        looksForStragglers = true
      }
      try batch.write(database, id)
      if !isAll { return }
    }
  }

  private func withdrawOnDisk(
    _ notification: PushNotification, attempts: Int, mayHaveArrived: Bool, _ wall: Int64
  ) {
    let parcel = Parcel(notification, acceptedAt: wall, options)
    parcel.attempts = attempts
    changes.counts["withdrawn", default: 0] += 1
    addEvent(notification, .withdrawn(mayHaveArrived: mayHaveArrived), attempts, wall)
    changes.ends.append((parcel, .withdrawn(mayHaveArrived: mayHaveArrived)))
    if mayHaveArrived { recallSent(notification) }
  }

  /// Does what is to be done for what was delivered and recalled; what that is called, nil for nothing.
  @discardableResult
  func recallSent(_ notification: PushNotification) -> String? {
    var push: PushNotification
    let word: String
    var writer = JSONWriter()
    switch options.recallOfSent {
    case .nothing: return nil
    case .replace(let text):
      guard let collapseID = notification.headers.collapseID else { return nil }
      writer.beginObject()
      writer.key("aps")
      writer.beginObject()
      writer.member("alert", text)
      // It takes a place that is there: nobody needs to be woken.
      writer.member("interruption-level", "passive")
      writer.endObject()
      writer.endObject()
      push = PushNotification(
        ticket: 0, place: notification.place, deviceToken: notification.deviceToken,
        payload: Array(writer.buffer.bytes))
      push.headers.collapseID = collapseID
      push.headers.pushType = notification.headers.pushType
      push.headers.priority = notification.headers.priority
      word = "replaced"
    case .background:
      writer.beginObject()
      writer.key("aps")
      writer.beginObject()
      writer.member("content-available", 1)
      writer.endObject()
      writer.member("withdraw", notification.names)
      writer.endObject()
      push = PushNotification(
        ticket: 0, place: notification.place, deviceToken: notification.deviceToken,
        payload: Array(writer.buffer.bytes))
      push.headers.pushType = "background"
      push.headers.priority = "5"
      word = "removed"
    }
    push.isOfRecall = true
    push.identifier = notification.identifier
    push.headers.topic = notification.headers.topic
    push.environment = notification.environment
    changes.ofRecalls.append(push)
    return word
  }
}
