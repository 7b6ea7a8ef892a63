import GRDB

/// The tables of the outbox's file.
enum OutboxSchema {
  /// The form that this program reads and writes.
  static let current = 1

  /// The application's mark in the file's head: "NtOb".
  private static let mark = 0x4E74_4F62

  // A ticket is `batch << 10 | index`. Times are milliseconds since 1970, hashes and sums 64 bits.
  private static let first = """
    -- What was accepted, in its order; many notifications a row.
    CREATE TABLE batch (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      class INTEGER NOT NULL,
      accepted_at INTEGER NOT NULL,
      count INTEGER NOT NULL,
      names BLOB NOT NULL,
      body BLOB NOT NULL
    );
    CREATE INDEX batch_class ON batch (class, id);
    -- A bit for each notification that has left its batch.
    CREATE TABLE progress (batch INTEGER PRIMARY KEY, gone BLOB NOT NULL);
    -- What waits for another attempt (state 0) and what is dead (state 1).
    CREATE TABLE held (
      ticket INTEGER PRIMARY KEY,
      state INTEGER NOT NULL,
      lane TEXT NOT NULL,
      due INTEGER NOT NULL,
      expires INTEGER NOT NULL,
      token INTEGER NOT NULL,
      accepted_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      reason TEXT NOT NULL,
      why TEXT NOT NULL,
      status INTEGER NOT NULL,
      unknown INTEGER NOT NULL,
      body BLOB NOT NULL
    );
    CREATE INDEX held_due ON held (state, lane, due);
    CREATE INDEX held_expires ON held (state, expires);
    CREATE INDEX held_token ON held (token, ticket) WHERE state = 0;
    CREATE TABLE held_name (name INTEGER, ticket INTEGER, PRIMARY KEY (name, ticket)) WITHOUT ROWID;
    -- What was recalled; `is_done` once what waited has been looked through.
    CREATE TABLE recall (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      until INTEGER NOT NULL,
      is_done INTEGER NOT NULL
    );
    CREATE INDEX recall_open ON recall (id) WHERE is_done = 0;
    CREATE INDEX recall_until ON recall (until);
    -- What was delivered and may be recalled yet; many notifications a row.
    CREATE TABLE sent (id INTEGER PRIMARY KEY, until INTEGER NOT NULL, names BLOB NOT NULL, body BLOB NOT NULL);
    CREATE INDEX sent_until ON sent (until);
    -- Events that the audit has not got for certain; many a row.
    CREATE TABLE event (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, lines BLOB NOT NULL);
    -- Numbers by name.
    CREATE TABLE fact (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
    """

  /// The stages of the making of a file.
  enum Stage {
    /// Nothing is in it: a run made it and was killed, or it is to be made.
    case empty
    /// An outbox, of this form or of another.
    case made
    /// Another program's.
    case foreign
  }

  /// Determines the stage of a file.
  static func stage(_ database: Database) throws -> Stage {
    let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    if application == mark { return .made }
    let isUnmarked = try application == 0 && Int.fetchOne(database, sql: "PRAGMA user_version") == 0
    let names = try String.fetchAll(
      database, sql: "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_autoindex_%'")
    if isUnmarked, names.isEmpty { return .empty }
    // Version 0.1.0 made this table first, in a transaction of its own.
    let isBegun =
      try isUnmarked && names == ["grdb_migrations"]
      && String.fetchAll(database, sql: "SELECT name FROM pragma_table_info('grdb_migrations')") == [
        "identifier"
      ]
      && Int.fetchOne(database, sql: "SELECT count(*) FROM grdb_migrations") == 0
    return isBegun ? .empty : .foreign
  }

  /// Makes the tables of an empty file, all of them or none: who is killed here leaves an empty file.
  static func make(_ queue: DatabaseQueue) throws {
    let stage = try queue.writeWithoutTransaction { database in
      var stage = Stage.foreign
      // Exclusive from its start: another process may be at it.
      try database.inTransaction(.immediate) {
        stage = try Self.stage(database)
        guard stage == .empty else { return .rollback }
        // Later forms are numbered in this table.
        try database.execute(
          sql: "CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        try database.execute(sql: first)
        try database.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('\(current)')")
        try database.execute(sql: "PRAGMA application_id = \(mark)")
        return .commit
      }
      return stage
    }
    if stage == .foreign { throw OutboxError.foreign(queue.path) }
  }

  /// A number by its name; nil where there is none.
  static func fact(_ database: Database, _ name: String) throws -> Int64? {
    try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT number FROM fact WHERE name = ?"), arguments: [name])
  }

  static func setFact(_ database: Database, _ name: String, _ number: Int64) throws {
    try database.cachedStatement(sql: "INSERT OR REPLACE INTO fact (name, number) VALUES (?, ?)")
      .execute(arguments: [name, number])
  }

  /// Adds to a number.
  static func addToFact(_ database: Database, _ name: String, _ count: Int64) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO fact (name, number) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET number = number + excluded.number
        """
    ).execute(arguments: [name, count])
  }

  /// The form of a file.
  static func version(_ database: Database) throws -> Int {
    switch try stage(database) {
    case .made: break
    case .empty: throw OutboxError(.other, "it is empty; 'notilua run --outbox' makes an outbox of it")
    case .foreign: throw OutboxError(.other, "it is no outbox; name the file of 'run --outbox'")
    }
    let names = try String.fetchAll(database, sql: "SELECT identifier FROM grdb_migrations")
    return names.compactMap { Int($0) }.max() ?? 0
  }
}
