import Delivery
import EventLoop
import Glibc

/// The events of an outbox on their way to the audit: the file keeps each until the audit has it on its disk.
final class AuditTrail {
  /// The part of the audit that is on its disk.
  struct Settled {
    /// The last event.
    var event: Int64
    /// The place behind it.
    var place: AuditLog.Place
  }

  private let log: AuditLog
  private let core: OutboxCore
  /// The last event that has a line in the audit.
  private var written: Int64 = 0
  /// The last event that the audit has on its disk; nil where this process put none there.
  private var settled: Int64?
  /// A Boolean value that indicates whether the audit lacks events that the file has.
  private(set) var hasGap = false

  /// Opens the trail, and writes what the audit has not got, perhaps since another process was killed before it wrote.
  init(_ log: AuditLog, _ core: OutboxCore) throws(OutboxError) {
    self.log = log
    self.core = core
    try catchUp()
  }

  /// Writes the lines of a commit to the audit; what cannot be written now stays in the file.
  func write() {
    guard core.journal.events.count > 0 else { return }
    guard written == core.journal.events.lastCommitted else {
      // There is a gap: it is filled from the file first.
      hasGap = true
      return
    }
    let code = log.append(Array(core.journal.events.lines))
    if code == 0 { written = core.journal.events.last } else { fail(code) }
  }

  private func fail(_ code: Int32) {
    guard !hasGap else { return }
    hasGap = true
    core.listeners.notice(
      "--audit: \(systemMessage(code)); the outbox keeps its events until there is room")
  }

  /// Writes to the audit what the file has of events that it lacks.
  func catchUp() throws(OutboxError) {
    // What is in no row yet comes with its commit.
    let committed = core.journal.events.lastCommitted
    guard written < committed else {
      hasGap = false
      return
    }
    let place = try core.file.read { try EventTable.place($0) }
    guard var last = log.lastEvent(behind: place) else { return fail(ENOSPC) }
    while true {
      let events = try core.file.read { try EventTable.events(after: last, $0) }
      if events.isEmpty { break }
      for event in events {
        let code = log.append(event.lines(after: last))
        if code != 0 { return fail(code) }
        last = event.last
      }
    }
    written = committed
    hasGap = false
  }

  /// Puts the audit on the disk, and lets the next commit forget the events that are there.
  func settle() {
    // Of half a line on a full disk nothing is settled.
    guard !hasGap, written > settled ?? 0, let place = log.sync() else { return }
    settled = written
    core.journal.noteSettled(Settled(event: written, place: place))
  }
}
