import Applications
import GRDB
import LosslessJSON
import PushExtras

/// The levels and quiet hours in the registry's file: each function is a part of a transaction.
package enum MuteStore {
  /// The most levels of a user, and of a super group.
  package static let limit = 1000

  /// A user, or a super group, has as many levels as there may be.
  package struct Full: Error {}

  // MARK: Decisions

  /// Returns the rules for messages of a place, one for each of some users in their order.
  package static func rules(
    of users: [String], _ place: MutePlace, _ application: Application, in database: Database
  ) throws -> [MuteRules] {
    var base = MuteRules(application: application.level)
    try readDefaults(place, application.key, database, into: &base)
    // By their bytes: as text, Swift takes two spellings of a letter for one name.
    var rules: [[UInt8]: MuteRules] = [:]
    let arguments: StatementArguments = [application.key, list(users)]
    let levels = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT user, target, channel, level FROM mute WHERE application = ? \
          AND user IN (SELECT value FROM json_each(?)) AND channel_type = ? \
          AND (target = '' OR target = ? AND channel IN ('', ?))
          """),
      arguments: arguments + [place.channelType.rawValue, place.target ?? "", place.channel ?? ""])
    while let row = try levels.next() {
      let user: String = row[0]
      rules[Array(user.utf8), default: base].set(row[3], target: row[1], channel: row[2])
    }
    let hours = try Row.fetchCursor(
      database.cachedStatement(
        sql: "SELECT \(hoursColumns), user FROM quiet_hours WHERE application = ? "
          + "AND user IN (SELECT value FROM json_each(?))"),
      arguments: arguments)
    while let row = try hours.next() {
      let user: String = row[4]
      rules[Array(user.utf8), default: base].quietHours = quietHours(row)
    }
    return users.map { rules[Array($0.utf8)] ?? base }
  }

  private static func readDefaults(
    _ place: MutePlace, _ application: String, _ database: Database, into rules: inout MuteRules
  ) throws {
    guard place.channelType == .superGroup, let group = place.target else { return }
    for row in try groupRows(group, application, database) {
      let channel: String = row[0]
      let level = NotificationLevel(rawValue: row[1])
      if channel.isEmpty { rules.channelDefault = level }
      if let own = place.channel, channel.utf8.elementsEqual(own.utf8) { rules.subchannelDefault = level }
    }
  }

  private static func list(_ users: [String]) -> String {
    var writer = JSONWriter()
    writer.beginArray()
    for user in users { writer.value(user) }
    writer.endArray()
    return writer.text
  }

  // MARK: Levels of users

  /// Sets a user's level for a place.
  ///
  /// - Throws: ``Full``.
  package static func set(
    _ level: NotificationLevel, _ place: MutePlace, of user: String, application: String,
    in database: Database
  ) throws {
    try execute(
      "INSERT INTO mute VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET level = excluded.level",
      [application, user] + arguments(place) + [level.rawValue], database)
    try check("SELECT count(*) FROM mute WHERE application = ? AND user = ?", [application, user], database)
  }

  /// Removes a user's level for a place; returns whether there was one.
  package static func clear(
    _ place: MutePlace, of user: String, application: String, in database: Database
  ) throws -> Bool {
    try execute(
      """
      DELETE FROM mute WHERE application = ? AND user = ? AND channel_type = ? AND target = ? AND channel = ?
      """, [application, user] + arguments(place), database)
    return database.changesCount > 0
  }

  /// Returns a user's levels, in the order of their places.
  package static func levels(
    of user: String, application: String, in database: Database
  ) throws -> [(place: MutePlace, level: NotificationLevel)] {
    try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT channel_type, target, channel, level FROM mute WHERE application = ? AND user = ? \
          ORDER BY channel_type, target, channel
          """),
      arguments: [application, user]
    ).compactMap { row in
      let names: [String] = [row[1], row[2]]
      let place = MutePlace(
        ChannelType(rawValue: row[0]), target: names[0].isEmpty ? nil : names[0],
        channel: names[1].isEmpty ? nil : names[1])
      return NotificationLevel(rawValue: row[3]).map { (place, $0) }
    }
  }

  private static func arguments(_ place: MutePlace) -> StatementArguments {
    [place.channelType.rawValue, place.target ?? "", place.channel ?? ""]
  }

  static func execute(_ sql: String, _ arguments: StatementArguments, _ database: Database) throws {
    try database.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  static func check(_ count: String, _ arguments: StatementArguments, _ database: Database) throws {
    let count = try Int.fetchOne(database.cachedStatement(sql: count), arguments: arguments) ?? 0
    guard count <= limit else { throw Full() }
  }
}

extension MuteRules {
  /// Notes a user's level as the file has it.
  fileprivate mutating func set(_ level: String, target: String, channel: String) {
    let level = NotificationLevel(rawValue: level)
    if target.isEmpty {
      channelType = level
    } else if channel.isEmpty {
      self.channel = level
    } else {
      subchannel = level
    }
  }
}
