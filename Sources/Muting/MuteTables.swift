import GRDB

/// The tables of mutes and quiet hours in the registry's file.
package enum MuteTables {
  // An empty target is all of a kind, an empty channel all of a group: neither is a name.
  private static let first = """
    CREATE TABLE mute (
      application TEXT NOT NULL, user TEXT NOT NULL, channel_type TEXT NOT NULL, target TEXT NOT NULL,
      channel TEXT NOT NULL, level TEXT NOT NULL,
      PRIMARY KEY (application, user, channel_type, target, channel)
    ) WITHOUT ROWID;
    CREATE TABLE quiet_hours (
      application TEXT NOT NULL, user TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
      time_zone TEXT, level TEXT NOT NULL,
      PRIMARY KEY (application, user)
    ) WITHOUT ROWID;
    CREATE TABLE group_level (
      application TEXT NOT NULL, name TEXT NOT NULL, channel TEXT NOT NULL, level TEXT NOT NULL,
      PRIMARY KEY (application, name, channel)
    ) WITHOUT ROWID;
    """

  /// Adds the migrations of these tables.
  package static func register(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("mutes 1") { try $0.execute(sql: first) }
  }
}
