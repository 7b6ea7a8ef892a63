import Delivery
import Foundation
import GRDB
import NotificationModel
import OutboxRecords

/// The rows that notifications have for themselves: they wait for another attempt, or are dead.
enum HeldTable {
  /// The state of a row's notification, as the file has it.
  enum State: Int {
    case waiting = 0
    case dead = 1
  }

  /// The due time of what waits for an earlier one of its device token.
  private static let behind = Int64.max
  /// The most rows of one statement; it is repeated for more.
  static let portion = 1000

  /// Returns the time when a row is due; nil where another's end decides.
  static func due(_ column: Int64) -> Int64? { column == behind ? nil : column }

  // MARK: Writing

  /// Writes what has changed of an entry's row.
  ///
  /// - Returns: when the row is due; nil for no time.
  static func write(_ change: Journal.RowChange, _ database: Database, _ wall: Int64) throws -> Int64? {
    let entry = change.entry
    var state = State.waiting
    var (lane, due): (String?, Int64?) = (nil, nil)
    switch entry.state {
    case .held(.behindAnyInFile): due = try isFirst(entry, database) ? wall : nil
    case .held(let wait): (lane, due) = (wait.lane, wait.due)
    default: (state, due) = (.dead, wall)
    }
    if entry.home == .row {
      try update(change, state, lane, due ?? behind, database)
    } else {
      try insert(change, state, lane, due ?? behind, database)
    }
    if state == .dead {
      if entry.home == .row { try deleteNames(entry.nameHashes, Int64(entry.ticket), database) }
      return nil
    }
    if entry.home == .newRow { try insertNames(entry.nameHashes, Int64(entry.ticket), database) }
    return due
  }

  private static func insert(
    _ change: Journal.RowChange, _ state: State, _ lane: String?, _ due: Int64, _ database: Database
  ) throws {
    let (entry, failure) = (change.entry, change.failure)
    try database.cachedStatement(
      sql: """
        INSERT INTO held (ticket, state, lane, due, expires, token, accepted_at, attempts, reason, why,
        status, unknown, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      Int64(entry.ticket), state.rawValue, lane ?? "", due, entry.expires, column(entry.token),
      entry.acceptedAt, entry.attempts, failure?.reason ?? "", failure?.description ?? "",
      failure?.status ?? 0, entry.mayHaveArrived, Data(OutboxBatch.alone(entry.notification)),
    ])
  }

  private static func update(
    _ change: Journal.RowChange, _ state: State, _ lane: String?, _ due: Int64, _ database: Database
  ) throws {
    let (entry, failure) = (change.entry, change.failure)
    try database.cachedStatement(
      sql: """
        UPDATE held SET state = ?, lane = ?, due = ?, attempts = ?, reason = ?, why = ?, status = ?, unknown = ?
        WHERE ticket = ?
        """
    ).execute(arguments: [
      state.rawValue, lane ?? "", due, entry.attempts, failure?.reason ?? "", failure?.description ?? "",
      failure?.status ?? 0, entry.mayHaveArrived, Int64(entry.ticket),
    ])
  }

  /// Deletes a row, with the hashes of its names.
  static func delete(_ ticket: UInt64, names: [UInt64], _ database: Database) throws {
    try database.cachedStatement(sql: "DELETE FROM held WHERE ticket = ?").execute(arguments: [Int64(ticket)])
    try deleteNames(names, Int64(ticket), database)
  }

  /// Deletes a row whose names cannot be read.
  static func delete(_ ticket: UInt64, _ database: Database) throws {
    try database.execute(sql: "DELETE FROM held WHERE ticket = ?", arguments: [Int64(ticket)])
    try database.execute(sql: "DELETE FROM held_name WHERE ticket = ?", arguments: [Int64(ticket)])
  }

  private static func insertNames(_ names: [UInt64], _ ticket: Int64, _ database: Database) throws {
    for name in names {
      try database.cachedStatement(sql: "INSERT OR IGNORE INTO held_name (name, ticket) VALUES (?, ?)")
        .execute(arguments: [Int64(bitPattern: name), ticket])
    }
  }

  private static func deleteNames(_ names: [UInt64], _ ticket: Int64, _ database: Database) throws {
    for name in names {
      try database.cachedStatement(sql: "DELETE FROM held_name WHERE name = ? AND ticket = ?")
        .execute(arguments: [Int64(bitPattern: name), ticket])
    }
  }

  /// Makes the first of a device token due, where it waits for an earlier one.
  ///
  /// - Returns: whether it did.
  @discardableResult
  static func wake(_ token: UInt64, _ database: Database, _ wall: Int64) throws -> Bool {
    try database.cachedStatement(
      sql: """
        UPDATE held SET due = ? WHERE due = ? AND ticket =
        (SELECT min(ticket) FROM held WHERE token = ? AND state = 0)
        """
    ).execute(arguments: [wall, behind, Int64(bitPattern: token)])
    return database.changesCount > 0
  }

  /// Makes due what is due too far in the future: of a clock that ran ahead.
  static func bringBack(_ database: Database, _ wall: Int64) throws {
    let longest = OutboxOptions.longestWait + OutboxOptions.longestWait / 4
    try database.execute(
      sql: "UPDATE held SET due = ? WHERE state = 0 AND due > ? AND due < ?",
      arguments: [wall, wall + longest, behind])
  }

  /// Deletes dead letters that died before a time.
  ///
  /// - Returns: whether there may be more.
  static func deleteDead(before time: Int64, _ database: Database) throws -> Bool {
    try database.execute(
      sql: """
        DELETE FROM held WHERE ticket IN
        (SELECT ticket FROM held WHERE state = 1 AND lane = '' AND due <= ? LIMIT \(portion))
        """, arguments: [time])
    return database.changesCount == portion
  }

  // MARK: Reading

  /// The record that a row has of its notification.
  struct Record {
    let token: UInt64?
    let acceptedAt: Int64
    let attempts: Int
    let isUnknown: Bool
    let wait: EntryState.Wait
    let body: Data

    fileprivate init(_ row: Row) {
      let token: Int64 = row[0]
      self.token = token == 0 ? nil : UInt64(bitPattern: token)
      (acceptedAt, attempts, isUnknown, body) = (row[1], row[2], row[3], row[6])
      let (lane, due): (String, Int64?) = (row[4], HeldTable.due(row[5]))
      wait = due.map { lane.isEmpty ? .until($0) : .lane(lane, since: $0) } ?? .behind
    }

    /// Reads the notification; nil where its bytes are damaged.
    func notification(_ ticket: UInt64) -> PushNotification? {
      body.withUnsafeBytes { OutboxBatch.read(alone: $0, ticket: ticket) }
    }
  }

  /// Reads the row of what waits; nil where there is none.
  static func read(_ ticket: UInt64, _ database: Database) throws -> Record? {
    try Row.fetchOne(
      database.cachedStatement(
        sql:
          "SELECT token, accepted_at, attempts, unknown, lane, due, body FROM held WHERE ticket = ? AND state = 0"
      ), arguments: [Int64(ticket)]
    ).map { Record($0) }
  }

  private static func isFirst(_ entry: Entry, _ database: Database) throws -> Bool {
    try Int.fetchOne(
      database.cachedStatement(
        sql: "SELECT 1 FROM held WHERE token = ? AND state = 0 AND ticket < ? LIMIT 1"),
      arguments: [column(entry.token), Int64(entry.ticket)]) == nil
  }

  private static func column(_ token: UInt64?) -> Int64 { Int64(bitPattern: token ?? 0) }

  /// Calls a body with the device token of each that waits.
  static func forEachToken(_ database: Database, _ body: (UInt64?) -> Void) throws {
    let tokens = try Row.fetchCursor(
      database, sql: "SELECT token FROM held INDEXED BY held_token WHERE state = 0")
    while let row = try tokens.next() {
      let token: Int64 = row[0]
      body(token == 0 ? nil : UInt64(bitPattern: token))
    }
  }

  /// Returns the lanes of what waits.
  static func lanes(_ database: Database) throws -> [String?] {
    try String.fetchAll(database, sql: "SELECT DISTINCT lane FROM held WHERE state = 0")
      .map { $0.isEmpty ? nil : $0 }
  }

  /// Returns what is due in a lane, the first first.
  ///
  /// - Parameter from: the due time from which on it is looked for; nil for the front.
  static func dueRows(
    _ lane: String?, from: Int64?, _ wall: Int64, limit: Int, _ database: Database
  ) throws -> [(due: Int64, ticket: UInt64)] {
    try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT due, ticket FROM held INDEXED BY held_due
          WHERE state = 0 AND lane = ? AND due >= ? AND due <= ? ORDER BY due LIMIT ?
          """), arguments: [lane ?? "", from ?? 0, wall, limit]
    ).map { ($0[0], UInt64(bitPattern: $0[1])) }
  }

  /// The entries that a lane has after a time.
  enum Later {
    case nothing
    /// Only what waits for others.
    case behind
    case due(Int64)
  }

  /// Returns what a lane has that is due later.
  static func later(_ lane: String?, than wall: Int64, _ database: Database) throws -> Later {
    let due = try Int64.fetchOne(
      database.cachedStatement(
        sql: "SELECT due FROM held WHERE state = 0 AND lane = ? AND due > ? ORDER BY due LIMIT 1"),
      arguments: [lane ?? "", wall])
    guard let due else { return .nothing }
    return due == behind ? .behind : .due(due)
  }

  /// Returns tickets of what waits and is too late.
  static func late(_ database: Database, _ wall: Int64) throws -> [UInt64] {
    try Int64.fetchAll(
      database, sql: "SELECT ticket FROM held WHERE state = 0 AND expires <= ? LIMIT \(portion)",
      arguments: [wall]
    ).map { UInt64(bitPattern: $0) }
  }

  /// Returns the device tokens whose first row waits for an earlier one.
  static func stragglers(_ database: Database, limit: Int) throws -> [UInt64] {
    try Int64.fetchAll(
      database,
      sql: """
        SELECT token FROM held AS first INDEXED BY held_token WHERE state = 0 AND due = ? AND ticket =
        (SELECT min(ticket) FROM held WHERE token = first.token AND state = 0) LIMIT ?
        """, arguments: [behind, limit]
    ).map { UInt64(bitPattern: $0) }
  }

  /// Returns the tickets of what waits and may go by a name.
  static func tickets(named hash: UInt64, limit: Int, _ database: Database) throws -> [UInt64] {
    try Int64.fetchAll(
      database.cachedStatement(sql: "SELECT ticket FROM held_name WHERE name = ? LIMIT ?"),
      arguments: [Int64(bitPattern: hash), limit]
    ).map { UInt64(bitPattern: $0) }
  }
}
