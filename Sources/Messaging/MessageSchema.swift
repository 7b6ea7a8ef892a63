import GRDB

/// The tables of messages and of the decisions on them, in the registry's file.
package enum MessageSchema {
  /// Registers the tables.
  package static func register(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("messages") { try $0.execute(sql: tables) }
  }

  private static let tables = """
    CREATE TABLE message (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      application TEXT NOT NULL,
      id TEXT NOT NULL,
      at INTEGER NOT NULL,
      -- What the sender asked for, as SHA-256, and the message as its reader takes it again.
      fingerprint BLOB NOT NULL,
      text TEXT NOT NULL,
      -- The oddities that its sender was told of: a JSON array.
      warnings TEXT NOT NULL DEFAULT '[]',
      -- The message that it recalls.
      recall TEXT
    );
    CREATE UNIQUE INDEX message_id ON message (application, id);
    CREATE INDEX message_at ON message (at);
    CREATE INDEX message_recall ON message (application, recall) WHERE recall IS NOT NULL;
    -- The names by which something is still to be withdrawn from the run.
    CREATE TABLE message_withdrawal (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      application TEXT NOT NULL,
      name TEXT NOT NULL
    );
    CREATE TABLE decision (
      message INTEGER NOT NULL,
      user TEXT NOT NULL,
      -- The number of the device's registration; 0 where the recipient has none.
      registration INTEGER NOT NULL,
      device TEXT,
      place INTEGER NOT NULL,
      decision TEXT NOT NULL,
      reason TEXT NOT NULL,
      state INTEGER NOT NULL,
      due INTEGER,
      -- The number on the app's icon, where the push counts.
      badge INTEGER,
      PRIMARY KEY (message, user, registration)
    ) WITHOUT ROWID;
    CREATE INDEX decision_pending ON decision (message, place) WHERE state = 1;
    CREATE INDEX decision_due ON decision (due) WHERE state = 2;
    CREATE INDEX decision_user ON decision (user);
    -- What clients have seen before the message came.
    CREATE TABLE seen (
      application TEXT NOT NULL,
      message TEXT NOT NULL,
      user TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (application, message, user)
    ) WITHOUT ROWID;
    CREATE INDEX seen_at ON seen (at);
    """
}
