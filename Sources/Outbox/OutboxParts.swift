import Delivery
import EventLoop

/// The parts of an open outbox that work on its file.
///
/// Each keeps its state to itself; what they have in common is the core.
struct OutboxParts {
  let core: OutboxCore
  let backlog: Backlog
  let held: HeldEntries
  let trail: AuditTrail?
  let others: OtherProcesses

  /// - Parameter audit: nil where nobody wants the events.
  init(_ core: OutboxCore, audit: AuditLog?) throws(OutboxError) {
    self.core = core
    backlog = Backlog(core)
    held = HeldEntries(core)
    trail = try Self.trail(core, audit)
    others = OtherProcesses(core, backlog)
    if core.options.keepsRepeatsFor != nil { try core.file.write { try RepeatTable.make($0) } }
    try others.look()
  }

  private static func trail(_ core: OutboxCore, _ audit: AuditLog?) throws(OutboxError) -> AuditTrail? {
    guard let audit, core.isDelivering else { return nil }
    return try AuditTrail(audit, core)
  }

  /// Reads batches, and wakes what waits for others that are gone.
  func load(_ wall: Int64) throws(OutboxError) {
    try backlog.load(wall)
    if core.stragglers.mayExist, !backlog.mayHaveMore, core.machine.isIdle { try core.stragglers.wake() }
  }

  /// Ends what is too late, and forgets what is too old.
  ///
  /// - Returns: whether there may be more.
  func sweep(_ wall: Int64) throws(OutboxError) -> Bool {
    let isLate = core.isDelivering ? try held.sweep(wall) : false
    let isDead = try core.file.write { database in
      try SentTable.deleteOld(database, wall)
      try RecallTable.deleteOld(database, wall)
      if let time = core.options.keepsRepeatsFor {
        try RepeatTable.deleteOld(before: wall - time.milliseconds, database)
      }
      return try HeldTable.deleteDead(before: wall - core.options.keepsDeadFor.milliseconds, database)
    }
    return isLate || isDead
  }
}
