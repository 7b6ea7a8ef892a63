import GRDB

/// The names by which pushes are still to be withdrawn from the run, in the registry's file: whatever happens to the process
/// between a commit and the withdrawal, it is carried out.
enum WithdrawalTable {
  /// One name.
  struct Order: Sendable {
    let number: Int64
    let application: String
    let name: String
  }

  /// Adds a name.
  static func insert(_ name: String, of application: String, in database: Database) throws {
    try database.cachedStatement(
      sql: "INSERT INTO message_withdrawal (application, name) VALUES (?, ?)"
    ).execute(arguments: [application, name])
  }

  /// Returns the first names.
  static func first(_ limit: Int, in database: Database) throws -> [Order] {
    try Row.fetchAll(
      database, sql: "SELECT number, application, name FROM message_withdrawal ORDER BY number LIMIT \(limit)"
    ).map { Order(number: $0[0], application: $0[1], name: $0[2]) }
  }

  /// Removes names that were withdrawn.
  static func remove(_ orders: [Order], in database: Database) throws {
    let statement = try database.cachedStatement(sql: "DELETE FROM message_withdrawal WHERE number = ?")
    for order in orders { try statement.execute(arguments: [order.number]) }
  }
}
