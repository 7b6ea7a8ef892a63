import GRDB

extension DeviceStore {
  // MARK: By number

  /// Returns the device of a registration; nil where it is not kept any more.
  package static func device(_ number: Int64, in database: Database) throws -> Device? {
    try Row.fetchOne(
      database.cachedStatement(sql: "SELECT \(DeviceRow.columns) FROM device WHERE number = ?"),
      arguments: [number]
    ).map(DeviceRow.device)
  }

  /// Sets the number on the app's icon of a registration.
  package static func setBadge(_ badge: Int, of number: Int64, in database: Database) throws {
    try database.cachedStatement(sql: "UPDATE device SET badge = ? WHERE number = ? AND state < 3")
      .execute(arguments: [min(badge, badgeLimit), number])
  }
}
