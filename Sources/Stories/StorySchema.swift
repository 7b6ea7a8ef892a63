import Foundation
import GRDB

/// The tables of a store of stories.
enum StorySchema {
  /// The mark of the application in the file's head: "NtSt".
  private static let mark = 0x4E74_5374

  private static let first = """
    CREATE TABLE event (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      time INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      app TEXT NOT NULL,
      apns_id TEXT NOT NULL,
      members TEXT NOT NULL
    );
    CREATE INDEX event_apns_id ON event (apns_id);
    CREATE TABLE name (name TEXT NOT NULL, app TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (name, app, number)) WITHOUT ROWID;
    CREATE INDEX name_number ON name (number);
    -- The identity of the file, which cursors have, and the number of the last event that is forgotten.
    CREATE TABLE fact (identity TEXT NOT NULL, forgotten INTEGER NOT NULL);
    INSERT INTO fact VALUES (lower(hex(randomblob(4))), 0);
    """

  /// Ends and recalls alone, which are read in their order.
  private static let indices = """
    DROP INDEX IF EXISTS event_end;
    CREATE INDEX IF NOT EXISTS event_outcome ON event (number) WHERE kind >= 3;
    """

  /// Makes the tables of an empty file.
  ///
  /// - Throws: ``StoryError`` where the file is another program's.
  static func make(_ database: Database, _ path: String) throws {
    let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    if application == mark { return try database.execute(sql: indices) }
    let names = try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema")
    guard application == 0, names.isEmpty else {
      throw StoryError("'\(path)' is no file of outcomes; name another one in outcomes.path")
    }
    try database.execute(sql: first)
    try database.execute(sql: indices)
    try database.execute(sql: "PRAGMA application_id = \(mark)")
  }
}
