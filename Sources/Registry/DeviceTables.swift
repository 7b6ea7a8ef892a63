import GRDB

/// The tables of devices in the registry's file.
package enum DeviceTables {
  // A name and a token are one registration's, of those that are not gone (state 3).
  private static let first = """
    CREATE TABLE device (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      application TEXT NOT NULL,
      user TEXT NOT NULL,
      name TEXT NOT NULL,
      token BLOB,
      environment TEXT NOT NULL,
      locales TEXT NOT NULL,
      time_zone TEXT,
      permission INTEGER NOT NULL,
      badge INTEGER NOT NULL,
      hides_details INTEGER NOT NULL,
      registered_at INTEGER NOT NULL,
      changed_at INTEGER NOT NULL,
      state INTEGER NOT NULL,
      since INTEGER,
      reason TEXT
    );
    CREATE UNIQUE INDEX device_name ON device (application, name) WHERE state < 3;
    CREATE UNIQUE INDEX device_token ON device (application, token) WHERE state < 3;
    CREATE INDEX device_user ON device (application, user) WHERE state < 3;
    CREATE INDEX device_suspended ON device (application, since) WHERE state = 1;
    CREATE INDEX device_gone ON device (since) WHERE state = 3;
    CREATE INDEX device_gone_name ON device (application, name, since) WHERE state = 3;
    CREATE INDEX device_gone_user ON device (application, user) WHERE state = 3;
    -- The tokens that registrations had before: who registers one is another, who must not get what is queued for it.
    CREATE TABLE former_token (
      application TEXT NOT NULL, token BLOB NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (application, token)
    ) WITHOUT ROWID;
    CREATE INDEX former_token_at ON former_token (at);
    -- The number of devices by application and state.
    CREATE TABLE device_count (
      application TEXT NOT NULL, state INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (application, state)
    ) WITHOUT ROWID;
    -- The registrations that have ended and whose queued pushes are to be withdrawn.
    CREATE TABLE withdrawal (number INTEGER PRIMARY KEY, application TEXT NOT NULL);
    """

  /// Adds the migrations of these tables.
  package static func register(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("devices 1") { try $0.execute(sql: first) }
  }
}
