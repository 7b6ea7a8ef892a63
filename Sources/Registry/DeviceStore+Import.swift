import GRDB

extension DeviceStore {
  /// Imports a device, unless the device or its token has registered since.
  static func importing(
    _ device: ImportedDevice, at now: Int64, in database: Database
  ) throws -> ImportResult {
    let time = min(device.registeredAt ?? now, now)
    let (name, application) = (device.registration.name, device.registration.application)
    let known = [
      try self.device(name, application: application, in: database),
      try self.device(token: device.registration.token, application: application, in: database),
    ]
    if known.contains(where: { ($0?.registeredAt ?? 0) > time }) { return .kept }
    let registered = try register(device.registration, at: time, in: database)
    switch device.state {
    case .active: return .registered(registered)
    case .suspended:
      try set(.suspended(since: now, .badDeviceToken), registered.device, at: now, database)
    case .loggedOut: try set(.loggedOut(since: now), registered.device, at: now, database)
    }
    return .registered(registered)
  }

  /// Returns devices of applications behind a number, in the order of their numbers.
  static func devices(
    of applications: [String], after number: Int64, limit: Int, in database: Database
  ) throws -> [Device] {
    let marks = applications.map { _ in "?" }.joined(separator: ",")
    let arguments: [any DatabaseValueConvertible] = [number] + applications + [limit]
    // The plus keeps SQLite at the order of the numbers: an index by application would be sorted for each page.
    return try Row.fetchAll(
      database,
      sql: """
        SELECT \(DeviceRow.columns) FROM device WHERE state < 3 AND number > ? AND +application IN (\(marks)) \
        ORDER BY number LIMIT ?
        """, arguments: StatementArguments(arguments)
    ).map(DeviceRow.device)
  }
}
