import Foundation
import GRDB

extension DeviceStore {
  // MARK: Ends

  /// Ends a registration: its token is forgotten, and its queued pushes are to be withdrawn.
  static func end(
    _ device: Device, _ reason: RemovalReason, at now: Int64, in database: Database
  ) throws {
    try set(.gone(at: now, reason), device, at: now, database)
    try database.cachedStatement(sql: "UPDATE device SET token = NULL WHERE number = ?")
      .execute(arguments: [device.number])
    try withdraw(device, database)
  }

  /// Ends the registration of a name; returns false where there is none.
  package static func remove(
    _ name: String, application: String, at now: Int64, in database: Database
  ) throws -> Bool {
    guard let device = try device(name, application: application, in: database) else { return false }
    try end(device, .deleted, at: now, in: database)
    return true
  }

  /// Deletes all that is kept of a user's devices; returns the number of those that had not ended.
  package static func removeUser(
    _ user: String, application: String, in database: Database
  ) throws -> Int {
    let devices = try devices(of: [user], application: application, in: database)
    for device in devices {
      try withdraw(device, database)
      try count(application, device.state.code, -1, database)
    }
    for state in ["state < 3", "state = 3"] {
      try database.cachedStatement(
        sql: "DELETE FROM device WHERE \(state) AND application = ? AND user = ?"
      ).execute(arguments: [application, user])
    }
    return devices.count
  }

  /// Deletes registrations that ended before a time, some of them; returns their number.
  package static func sweep(before time: Int64, in database: Database) throws -> Int {
    try database.cachedStatement(
      sql: """
        DELETE FROM device WHERE number IN (SELECT number FROM device WHERE state = 3 AND since < ? LIMIT \(sweepLimit))
        """
    ).execute(arguments: [time])
    let count = database.changesCount
    try database.cachedStatement(
      sql: """
        DELETE FROM former_token WHERE (application, token) IN
          (SELECT application, token FROM former_token WHERE at < ? LIMIT 1000)
        """
    ).execute(arguments: [time])
    return count
  }

  /// The most registrations that are deleted at once.
  static let sweepLimit = 1000

  private static func withdraw(_ device: Device, _ database: Database) throws {
    try database.cachedStatement(sql: "INSERT INTO withdrawal (number, application) VALUES (?, ?)")
      .execute(arguments: [device.number, device.application])
  }

  // MARK: Logging out

  /// Notes that a user has logged out on a device; returns false where there is no such device.
  ///
  /// The registration goes on under another number, so that what is queued for the old one can be withdrawn.
  package static func setLoggedOut(
    _ name: String, of user: String, application: String, at now: Int64, in database: Database
  ) throws -> Bool {
    guard let device = try device(name, application: application, in: database), device.user == user else {
      return false
    }
    if case .loggedOut = device.state { return true }
    try renumber(device, database)
    guard let device = try self.device(name, application: application, in: database) else { return false }
    try set(.loggedOut(since: now), device, at: now, database)
    return true
  }

  /// Notes that a user has logged in on a device again; returns false where there is nothing to note.
  package static func setLoggedIn(
    _ name: String, of user: String, application: String, at now: Int64, in database: Database
  ) throws -> Bool {
    guard let device = try device(name, application: application, in: database), device.user == user,
      case .loggedOut = device.state
    else { return false }
    try set(.active, device, at: now, database)
    return true
  }

  /// Gives a registration another number, so that what is queued for the old one can be withdrawn.
  static func renumber(_ device: Device, _ database: Database) throws {
    try withdraw(device, database)
    let row = try Row.fetchOne(
      database.cachedStatement(sql: "SELECT \(DeviceRow.columns) FROM device WHERE number = ?"),
      arguments: [device.number])
    try database.cachedStatement(sql: "DELETE FROM device WHERE number = ?")
      .execute(arguments: [device.number])
    guard var values = row.map({ Array($0.databaseValues) }) else { return }
    values[0] = .null
    try database.cachedStatement(
      sql: """
        INSERT INTO device (\(DeviceRow.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: StatementArguments(values))
  }

  // MARK: States

  static func set(_ state: DeviceState, _ device: Device, at now: Int64, _ database: Database) throws {
    let parts = DeviceRow.parts(state)
    try database.cachedStatement(
      sql: "UPDATE device SET state = ?, since = ?, reason = ?, changed_at = ? WHERE number = ?"
    ).execute(arguments: [parts.code, parts.since, parts.reason, now, device.number])
    try move(device.application, device.state.code, state.code, database)
  }

  static func move(
    _ application: String, _ from: DeviceState.Code, _ to: DeviceState.Code, _ database: Database
  ) throws {
    guard from != to else { return }
    try count(application, from, -1, database)
    try count(application, to, 1, database)
  }

  /// Counts devices; those that are gone are not counted.
  static func count(
    _ application: String, _ state: DeviceState.Code, _ change: Int, _ database: Database
  ) throws {
    guard state != .gone else { return }
    try database.cachedStatement(
      sql: """
        INSERT INTO device_count (application, state, count) VALUES (?, ?, ?) \
        ON CONFLICT DO UPDATE SET count = count + excluded.count
        """
    ).execute(arguments: [application, state.rawValue, change])
  }

  /// Returns the number of devices by application and state.
  package static func counts(in database: Database) throws -> [String: [DeviceState.Code: Int]] {
    var counts: [String: [DeviceState.Code: Int]] = [:]
    for row in try Row.fetchAll(database, sql: "SELECT application, state, count FROM device_count") {
      guard let state = DeviceState.Code(rawValue: row[1]) else { continue }
      counts[row[0], default: [:]][state] = row[2]
    }
    return counts
  }
}
