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
    if known?.token != registration.token,
      let holder = try device(token: registration.token, application: application, in: database)
    {
      try end(holder, .moved, at: now, in: database)
      ended.append(.moved)
    }
    if known?.token != registration.token, try leave(registration, known, in: database) {
      ended.append(.moved)
    }
    if let device = known, device.user != registration.user {
      try end(device, .replaced, at: now, in: database)
      ended.append(.replaced)
      known = nil
    }
    let number =
      if let known {
        try update(known, registration, now, database)
      } else {
        try insert(registration, now, database)
      }
    return Registered(
      device: Device(number, registration, badge: registration.badge ?? known?.badge ?? 0, at: now),
      kind: kind(registration, known, ended), isCreated: known == nil, ended: ended)
  }

  /// Withdraws what is queued for a registration that had this token before, where another device has it now.
  ///
  /// - Returns: whether there is such a registration.
  private static func leave(
    _ registration: Registration, _ known: Device?, in database: Database
  ) throws -> Bool {
    let number = try Int64.fetchOne(
      database.cachedStatement(
        sql: "DELETE FROM former_token WHERE application = ? AND token = ? RETURNING number"),
      arguments: [registration.application, Data(registration.token)])
    guard let number, number != known?.number, let device = try device(number, in: database),
      device.state.code != .gone
    else { return false }
    try renumber(device, database)
    return true
  }

  /// Remembers the token that a registration had.
  private static func remember(_ known: Device, at now: Int64, _ database: Database) throws {
    try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO former_token (application, token, number, at) VALUES (?, ?, ?, ?)"
    ).execute(arguments: [known.application, Data(known.token), known.number, now])
  }

  private static func kind(
    _ registration: Registration, _ known: Device?, _ ended: [RemovalReason]
  ) -> Registered.Kind {
    if !ended.isEmpty { return .moved }
    guard let known else { return .new }
    return known.token == registration.token ? .updated : .token
  }

  /// Returns the number of the new row.
  private static func insert(
    _ device: Registration, _ now: Int64, _ database: Database
  ) throws -> Int64 {
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
    let number = database.lastInsertedRowID
    try count(device.application, .active, 1, database)
    return number
  }

  private static func update(
    _ known: Device, _ device: Registration, _ now: Int64, _ database: Database
  ) throws -> Int64 {
    if known.token != device.token { try remember(known, at: now, database) }
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
    return known.number
  }
}

extension Device {
  /// Makes a device as a registration has it.
  fileprivate init(_ number: Int64, _ registration: Registration, badge: Int, at now: Int64) {
    self.init(
      number: number, application: registration.application, user: registration.user,
      name: registration.name, token: registration.token, environment: registration.environment,
      locales: registration.locales, timeZone: registration.timeZone, permission: registration.permission,
      badge: badge, hidesDetails: registration.hidesDetails, registeredAt: now, changedAt: now, state: .active
    )
  }
}
