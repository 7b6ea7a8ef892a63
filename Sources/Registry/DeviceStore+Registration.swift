import Foundation
import GRDB
import NotificationModel

extension DeviceStore {
  /// Registers a device.
  ///
  /// A name and a token are one registration's. The same user keeps the registration, also with another token; a token that
  /// another device has, and a device of another user, end that registration, whose queued pushes are to be withdrawn.
  package static func register(
    _ registration: Registration, at now: Int64, in database: Database
  ) throws -> Registered {
    let application = registration.application
    var known = try device(registration.name, application: application, in: database)
    var ended: [RemovalReason] = []
    if let holder = try device(token: registration.token, application: application, in: database),
      holder.number != known?.number
    {
      try end(holder, .moved, at: now, in: database)
      ended.append(.moved)
    }
    if let device = known, device.user != registration.user {
      try end(device, .replaced, at: now, in: database)
      ended.append(.replaced)
      known = nil
    }
    if let known {
      try update(known, registration, now, database)
    } else {
      try insert(registration, now, database)
    }
    guard let device = try device(registration.name, application: application, in: database) else {
      throw RegistryError("a device was not found behind its registration; report it")
    }
    return Registered(
      device: device, kind: kind(registration, known, ended), isCreated: known == nil, ended: ended)
  }

  private static func kind(
    _ registration: Registration, _ known: Device?, _ ended: [RemovalReason]
  ) -> Registered.Kind {
    if !ended.isEmpty { return .moved }
    guard let known else { return .new }
    return known.token == registration.token ? .updated : .token
  }

  private static func insert(_ device: Registration, _ now: Int64, _ database: Database) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO device (application, user, name, token, environment, locales, time_zone, permission, badge, \
        hides_details, registered_at, changed_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
        """
    ).execute(arguments: [
      device.application, device.user, device.name, Data(device.token), device.environment.rawValue,
      device.locales.joined(separator: ","), device.timeZone, DeviceRow.number(device.permission),
      device.badge ?? 0, device.hidesDetails, now, now,
    ])
    try count(device.application, .active, 1, database)
  }

  private static func update(
    _ known: Device, _ device: Registration, _ now: Int64, _ database: Database
  ) throws {
    try database.cachedStatement(
      sql: """
        UPDATE device SET token = ?, environment = ?, locales = ?, time_zone = ?, permission = ?, badge = ?, \
        hides_details = ?, registered_at = ?, changed_at = ?, state = 0, since = NULL, reason = NULL WHERE number = ?
        """
    ).execute(arguments: [
      Data(device.token), device.environment.rawValue, device.locales.joined(separator: ","),
      device.timeZone, DeviceRow.number(device.permission), device.badge ?? known.badge,
      device.hidesDetails, now, now, known.number,
    ])
    try move(known.application, known.state.code, .active, database)
  }
}
