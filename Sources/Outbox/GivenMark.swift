import GRDB

/// The mark in the file of what may have been given to the sink, and so may have arrived after a kill.
final class GivenMark {
  /// The number of batches that the mark is ahead, so that it is seldom written.
  private static let ahead: Int64 = 64

  /// The batch up to which the file says that notifications may have been given; 0 where it says nothing.
  private var upTo: Int64 = 0
  /// The batch up to which notifications may have been sent by a process that was killed.
  private var uncertainUpTo: Int64 = 0
  /// The due time up to which rows may have been.
  private var uncertainDue: Int64 = 0

  /// Makes the mark of a process that gives nothing.
  init() {}

  /// Notes that notifications are going to be given, and reads what a process that was killed may have sent.
  init(beginning file: OutboxFile, _ wall: Int64, lastEvent: Int64?) throws(OutboxError) {
    try file.write { database in
      let given = try OutboxSchema.fact(database, "given") ?? 0
      // The mark is ahead of what there was.
      uncertainUpTo = min(given, try BatchTable.last(database))
      uncertainDue = try OutboxSchema.fact(database, "uncertain_due") ?? 0
      if given > 0 {
        uncertainDue = max(uncertainDue, wall, try OutboxSchema.fact(database, "given_at") ?? 0)
        try OutboxSchema.setFact(database, "uncertain_due", uncertainDue)
      }
      upTo = max(uncertainUpTo, 1)
      try OutboxSchema.setFact(database, "given", upTo)
      try OutboxSchema.setFact(database, "given_at", wall)
      if let lastEvent { try OutboxSchema.setFact(database, "event", lastEvent) }
    }
  }

  /// Returns a Boolean value that indicates whether what is in a batch may have been sent.
  func isUncertain(batch id: Int64) -> Bool { id <= uncertainUpTo }

  /// Returns a Boolean value that indicates whether what waits in a row may have been sent; what waits for another was
  /// not.
  func isUncertain(due: Int64?) -> Bool { due.map { $0 <= uncertainDue } ?? false }

  /// Moves the mark in front of a batch that comes up, where it is behind.
  ///
  /// - Returns: the mark to take over with ``committed(_:)``; nil where it stays.
  func write(_ id: Int64, _ database: Database, _ wall: Int64?) throws -> Int64? {
    guard id > upTo else { return nil }
    try OutboxSchema.setFact(database, "given", id + Self.ahead)
    if let wall { try OutboxSchema.setFact(database, "given_at", wall) }
    return id + Self.ahead
  }

  /// Takes over a mark that is in the file.
  func committed(_ mark: Int64?) { upTo = max(upTo, mark ?? 0) }

  /// Moves the mark in front of a batch, in a commit of its own.
  func move(_ id: Int64, _ file: OutboxFile) throws(OutboxError) {
    guard id > upTo else { return }
    committed(try file.write { try write(id, $0, nil) })
  }

  /// Notes that the sink has nothing any longer.
  func end(_ file: OutboxFile) {
    // Should this fail, the next run is more careful than it needs to be.
    try? file.write { database in
      let isLeft = try BatchTable.hasAny(upTo: uncertainUpTo, database)
      try OutboxSchema.setFact(database, "given", isLeft ? uncertainUpTo : 0)
    }
  }
}
