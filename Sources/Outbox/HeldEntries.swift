import Delivery
import NotificationModel

/// The entries in the file with rows of their own, which come back to memory when they are due.
final class HeldEntries {
  /// The most that a clock may go back without being noticed, in milliseconds.
  private static let clockTolerance: Int64 = 5000
  /// The time until the next look at an entry that was passed over for its device token, in milliseconds.
  private static let passingDelay: Int64 = 50

  private let core: OutboxCore
  private var turns = 0
  private var lastWall: Int64?
  /// A Boolean value that indicates whether rows may be due too far in the future.
  private var looksForFuture = false

  init(_ core: OutboxCore) { self.core = core }

  private var machine: EntryMachine { core.machine }
  private var journal: Journal { core.journal }
  private var lanes: Lanes { core.lanes }

  // MARK: What is due

  /// Returns what is due and may go, of lanes that are open; of one that is blocked, one that tries.
  ///
  /// - Parameter room: what the sink has; half of it is for what is fresh, and of a single place each has its turn.
  func pick(room: Int, _ wall: Int64) throws(OutboxError) -> [Entry] {
    noticeClock(wall)
    turns += 1
    let share = room > 1 ? room / 2 : turns.isMultiple(of: 2) ? room : 0
    guard share > 0, lanes.due.isOver(wall) else { return [] }
    do throws(OutboxError) {
      return try pick(share, wall)
    } catch {
      lanes.lookAtOnce()
      throw error
    }
  }

  /// Notices where the clock was set back: what was due is due, and what was to be tried is tried.
  private func noticeClock(_ wall: Int64) {
    defer { lastWall = wall }
    guard let lastWall, wall < lastWall - Self.clockTolerance else { return }
    lanes.tryAll(wall)
    looksForFuture = true
  }

  private func pick(_ limit: Int, _ wall: Int64) throws(OutboxError) -> [Entry] {
    var picked: [Entry] = []
    for name in lanes.beginLook() {
      guard picked.count < limit else {
        lanes.bring(to: wall)
        break
      }
      guard let look = lanes.begin(name, most: limit - picked.count, wall) else { continue }
      var lane = look.lane
      let hasMore = try pick(name, &lane, look.most, wall, &picked)
      lanes.end(name, lane, hasMore: hasMore)
    }
    return picked
  }

  /// - Returns: whether anything waits in the lane.
  private func pick(
    _ name: String?, _ lane: inout Lanes.Lane, _ most: Int, _ wall: Int64, _ picked: inout [Entry]
  ) throws(OutboxError) -> Bool {
    // What is at the sink has its row yet; the tickets stand in the index, so that to pass over them costs little.
    let limit = most + machine.sinkCount + journal.rows.count + journal.endedRows.count
    let from = lane.from
    let rows = try core.file.read { try HeldTable.dueRows(name, from: from, wall, limit: limit, $0) }
    let goal = picked.count + most
    var isPassedOver = false
    for row in rows {
      guard picked.count < goal else { break }
      lane.from = row.due
      guard !machine.concerns(row.ticket), let entry = try read(row.ticket), !machine.endIfLate(entry, wall)
      else { continue }
      if isBlocked(entry, picked) { isPassedOver = true } else { picked.append(entry) }
    }
    if picked.count == goal, lane.triesAt == nil {
      lanes.bring(to: wall)
      return true
    }
    // All was seen that is due: the next look begins in front again.
    lane.from = nil
    if isPassedOver { lanes.bring(to: wall + Self.passingDelay) }
    return try noteLater(name, lane, wall) || !rows.isEmpty
  }

  /// Notes when a lane has the next that is due.
  ///
  /// - Returns: whether it has any.
  private func noteLater(_ name: String?, _ lane: Lanes.Lane, _ wall: Int64) throws(OutboxError) -> Bool {
    switch try core.file.read({ try HeldTable.later(name, than: wall, $0) }) {
    case .due(let due):
      if lane.triesAt == nil { lanes.bring(to: due) }
      return true
    case .behind: return true
    case .nothing:
      return journal.rows.values.contains {
        if case .held(let wait) = $0.entry.state { wait.lane == name } else { name == nil }
      }
    }
  }

  /// Returns a Boolean value that indicates whether another of its device token goes before it.
  private func isBlocked(_ entry: Entry, _ picked: [Entry]) -> Bool {
    machine.isOwned(entry.token)
      || picked.contains { $0.token == entry.token && $0.token != nil }
  }

  /// Reads what has a row of its own; nil where it has none any longer, or cannot be read and is set aside.
  private func read(_ ticket: UInt64) throws(OutboxError) -> Entry? {
    guard let record = try core.file.read({ try HeldTable.read(ticket, $0) }) else { return nil }
    guard let notification = record.notification(ticket) else {
      try core.damaged.setAside("notification-\(ticket)", 1, record.body) { try HeldTable.delete(ticket, $0) }
      machine.removeRow(token: record.token)
      return nil
    }
    let entry = Entry(held: notification, record.wait, acceptedAt: record.acceptedAt, core.options)
    entry.attempts = record.attempts
    entry.mayHaveArrived =
      entry.mayHaveArrived || record.isUnknown || core.mark.isUncertain(due: record.wait.due)
    return entry
  }

  // MARK: What is over

  /// Ends what is too late, and forgets dead letters that are too old.
  ///
  /// - Returns: whether there may be more.
  func sweep(_ wall: Int64) throws(OutboxError) -> Bool {
    let late = try core.file.read { try HeldTable.late($0, wall) }
    for ticket in late where !machine.concerns(ticket) {
      if let entry = try read(ticket) { _ = machine.endIfLate(entry, wall) }
    }
    guard looksForFuture else { return late.count == HeldTable.portion }
    try core.file.write { try HeldTable.bringBack($0, wall) }
    looksForFuture = false
    lanes.lookAtOnce()
    return late.count == HeldTable.portion
  }
}
