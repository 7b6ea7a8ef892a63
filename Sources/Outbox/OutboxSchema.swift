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

  /// Brings a file to the form that this program writes.
  static func migrate(_ queue: DatabaseQueue) throws {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(sql: first)
      try database.execute(sql: "PRAGMA application_id = \(mark)")
    }
    let isNew = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") == 0 }
    let isOurs = try queue.read { try Int.fetchOne($0, sql: "PRAGMA application_id") == mark }
    guard isNew || isOurs else {
      throw OutboxError(.other, "'\(queue.path)' is another program's database; choose another path")
    }
    // A file of a later form is left alone.
    if try !isNew && queue.read({ try migrator.hasBeenSuperseded($0) }) { return }
    try migrator.migrate(queue)
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

  /// The form of a file.
  static func version(_ database: Database) throws -> Int {
    guard try Int.fetchOne(database, sql: "PRAGMA application_id") == mark else {
      throw OutboxError(.other, "it is no outbox; name the file of 'run --outbox'")
    }
    let names = try String.fetchAll(database, sql: "SELECT identifier FROM grdb_migrations")
    return names.compactMap { Int($0) }.max() ?? 0
  }
}
