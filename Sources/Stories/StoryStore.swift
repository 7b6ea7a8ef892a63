import FileReading
import Foundation
import GRDB
import Glibc

/// The stories of notifications in a file of SQLite: what happened to each, for a time.
///
/// Events are written by one thread, in batches; any thread reads.
package final class StoryStore: Sendable {
  /// The page of ends and recalls that a cursor stands before.
  package struct Page: Sendable, Equatable {
    /// The events.
    package var events: [StoryEvent]
    /// The cursor behind the last of them.
    package var next: String
  }

  /// The meaning of a cursor.
  package enum Position: Sendable, Equatable {
    /// It is good.
    case at(Int64)
    /// The events behind it are forgotten, or it is another file's.
    case gone
    /// It is none.
    case invalid
  }

  /// The most events of a page.
  package static let pageLimit = 1000
  /// The most notifications that are listed by one name.
  package static let listLimit = 100
  /// The events that are forgotten at once.
  private static let sweepLimit = 10_000

  let path: String
  private let options: StoryOptions
  let pool: DatabasePool
  private let identity: String

  /// Opens the file, and makes it where there is none.
  ///
  /// - Throws: ``StoryError``.
  package init(_ path: String, _ options: StoryOptions) throws(StoryError) {
    self.path = path
    self.options = options
    do {
      var configuration = GRDB.Configuration()
      configuration.label = "outcomes"
      configuration.busyMode = .timeout(5)
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
      try Self.create(path)
      pool = try DatabasePool(path: path, configuration: configuration)
      identity = try pool.write { database in
        try StorySchema.make(database, path)
        return try String.fetchOne(database, sql: "SELECT identity FROM fact") ?? ""
      }
    } catch let error as StoryError {
      throw error
    } catch {
      throw StoryError(path, error)
    }
  }

  /// Makes the file for this user alone: notifications are in it.
  private static func create(_ path: String) throws {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard file >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    var status = stat()
    fstat(file, &status)
    close(file)
    guard FileKind(status) == .regular else {
      throw StoryError("'\(path)' is no file; name another one in outcomes.path")
    }
  }

  // MARK: Writing

  /// Writes events, which are on the disk soon after.
  package func write(_ events: [StoryEvent]) throws(StoryError) {
    do {
      try pool.write { database in for event in events { try Self.insert(event, database) } }
    } catch {
      throw StoryError(path, error)
    }
  }

  static func insert(_ event: StoryEvent, _ database: Database) throws {
    try database.cachedStatement(
      sql: "INSERT INTO event (time, kind, app, apns_id, members) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: [event.time, event.kind.rawValue, event.app, event.apnsID, event.members])
    guard !event.names.isEmpty else { return }
    let number = database.lastInsertedRowID
    let statement = try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO name (name, app, number) VALUES (?, ?, ?)")
    for name in event.names { try statement.execute(arguments: [name, event.app, number]) }
  }

  /// Forgets what is too old, and what the file has no room for.
  ///
  /// - Parameter now: milliseconds since 1970.
  package func sweep(at now: Int64) throws(StoryError) {
    do {
      try pool.write { database in
        let old = try Int64.fetchOne(
          database,
          sql: "SELECT max(number) FROM (SELECT number FROM event WHERE time < ? ORDER BY number LIMIT ?)",
          arguments: [now - options.span, Self.sweepLimit])
        try forget(upTo: max(old ?? 0, try excess(database) ?? 0), database)
      }
    } catch {
      throw StoryError(path, error)
    }
  }

  /// Returns the last event that is to go for the file to have room; nil where it has some.
  private func excess(_ database: Database) throws -> Int64? {
    let pages =
      try Int.fetchOne(
        database, sql: "SELECT page_count - freelist_count FROM pragma_page_count, pragma_freelist_count")
      ?? 0
    let size = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0
    guard pages * size > options.sizeLimit else { return nil }
    return try Int64.fetchOne(
      database, sql: "SELECT max(number) FROM (SELECT number FROM event ORDER BY number LIMIT ?)",
      arguments: [Self.sweepLimit])
  }

  private func forget(upTo number: Int64, _ database: Database) throws {
    guard number > 0 else { return }
    try database.execute(sql: "DELETE FROM event WHERE number <= ?", arguments: [number])
    try database.execute(sql: "DELETE FROM name WHERE number <= ?", arguments: [number])
    try database.execute(sql: "UPDATE fact SET forgotten = max(forgotten, ?)", arguments: [number])
  }

  // MARK: Reading

  /// Reads the events of a notification of some apps, the first first; empty where there is none.
  package func story(_ apnsID: String, apps: [String]) async throws(StoryError) -> [StoryEvent] {
    try await read { database in
      try Self.events(
        database, "apns_id = ? AND app IN (\(Self.marks(apps))) ORDER BY number LIMIT 1000", [apnsID] + apps)
    }
  }

  /// Reads the first events of the notifications of some apps that go by a name, the last first.
  package func named(_ name: String, apps: [String]) async throws(StoryError) -> [StoryEvent] {
    try await read { database in
      try Self.events(
        database,
        """
        number IN (SELECT number FROM name WHERE name = ? AND app IN (\(Self.marks(apps))) ORDER BY number DESC LIMIT \
        \(Self.listLimit)) ORDER BY number DESC
        """, [name] + apps)
    }
  }

  /// Reads the meaning of a cursor; without one, what is kept is read from its start.
  package func position(_ cursor: String?) async throws(StoryError) -> Position {
    let forgotten = try await read { try Int64.fetchOne($0, sql: "SELECT forgotten FROM fact") ?? 0 }
    // Also of what is forgotten.
    let last = try await read {
      try Int64.fetchOne($0, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'event'") ?? 0
    }
    guard let cursor else { return .at(forgotten) }
    let parts = cursor.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 8, parts[0].utf8.allSatisfy(Self.isHexadecimal),
      let number = Int64(parts[1]), number >= 0
    else { return .invalid }
    // A number that is not given yet is of a file that was put back from a copy.
    return parts[0] == identity && (forgotten...max(last, forgotten)).contains(number) ? .at(number) : .gone
  }

  /// Reads the ends and the recalls of notifications of some apps behind an event.
  package func ends(after number: Int64, apps: [String]) async throws(StoryError) -> Page {
    let events = try await read { database in
      try Self.events(
        database,
        "kind >= 3 AND number > \(number) AND app IN (\(Self.marks(apps))) ORDER BY number LIMIT \(Self.pageLimit)",
        apps)
    }
    return Page(events: events, next: "\(identity)-\(events.last?.number ?? number)")
  }

  private func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoryError) -> Value {
    do {
      return try await pool.read(body)
    } catch {
      throw StoryError(path, error)
    }
  }

  private static func events(
    _ database: Database, _ condition: String, _ arguments: [String]
  ) throws -> [StoryEvent] {
    try Row.fetchAll(
      database, sql: "SELECT number, time, kind, app, apns_id, members FROM event WHERE \(condition)",
      arguments: StatementArguments(arguments)
    ).map { row in
      var event = StoryEvent(
        StoryEvent.Kind(rawValue: row[2]) ?? .passed, at: row[1], apnsID: row[4], app: row[3], members: row[5]
      )
      event.number = row[0]
      return event
    }
  }

  private static func marks(_ values: [String]) -> String {
    values.map { _ in "?" }.joined(separator: ",")
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }
}
