import Delivery
import Foundation
import GRDB

/// Events that the audit has not got for certain; many a row.
enum EventTable {
  /// A row.
  struct Record {
    let first: Int64
    let count: Int64
    private let lines: Data

    fileprivate init(_ row: Row) { (first, count, lines) = (row[0], row[1], row[2]) }

    var last: Int64 { first + count - 1 }

    /// Returns the lines of the events behind one: half a row may be there, line by line.
    func lines(after event: Int64) -> [UInt8] {
      let missing = lines.split(separator: 0x0A).suffix(Int(min(last - event, count)))
      return missing.flatMap { $0 + [0x0A] }
    }
  }

  /// Reads some rows with events behind one.
  static func events(after event: Int64, _ database: Database) throws -> [Record] {
    try Row.fetchAll(
      database,
      sql: "SELECT first, count, lines FROM event WHERE first + count - 1 > ? ORDER BY first LIMIT 32",
      arguments: [event]
    ).map { Record($0) }
  }

  /// Reads the place in the audit up to which it is on its disk; nil where there is none.
  static func place(_ database: Database) throws -> AuditLog.Place? {
    guard let file = try OutboxSchema.fact(database, "audit_file"),
      let size = try OutboxSchema.fact(database, "audit_size")
    else { return nil }
    return AuditLog.Place(file: file, size: size)
  }

  /// Forgets the events that the audit has on its disk.
  static func settle(_ settled: AuditTrail.Settled, _ database: Database) throws {
    try database.cachedStatement(sql: "DELETE FROM event WHERE first + count - 1 <= ?")
      .execute(arguments: [settled.event])
    try OutboxSchema.setFact(database, "audit_file", settled.place.file)
    try OutboxSchema.setFact(database, "audit_size", settled.place.size)
  }
}
