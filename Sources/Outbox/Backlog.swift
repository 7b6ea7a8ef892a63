import Delivery
import Foundation
import GRDB
import NotificationModel

/// The batches that are in the file and not in memory: each class is read in its order, as long as there is room.
final class Backlog {
  /// The notifications of a class that are in memory before they go to the sink.
  private static let readyLimit = 2048

  /// The position up to which a class was read.
  private struct Cursor {
    /// The last batch; 0 for none.
    var last: Int64 = 0
    var mayHaveMore = true
  }

  private let core: OutboxCore
  /// By class.
  private var cursors = PriorityClass.allCases.map { _ in Cursor() }

  init(_ core: OutboxCore) { self.core = core }

  /// A Boolean value that indicates whether the file may have batches that were not read.
  var mayHaveMore: Bool { cursors.contains(where: \.mayHaveMore) }

  /// Returns the last batch of a class that was read; 0 for none.
  func last(_ priority: PriorityClass) -> Int64 { cursors[priority.rawValue].last }

  /// Notes that another process may have added batches.
  func lookAgain() { for index in cursors.indices { cursors[index].mayHaveMore = true } }

  /// Takes over a batch that was accepted, without reading it again, where it comes right behind what is in memory.
  func add(_ accepted: CommitOutcome.Batch, _ wall: Int64) {
    let cursor = cursors[accepted.priority.rawValue]
    guard accepted.isNext, !cursor.mayHaveMore, core.machine.readyCount(accepted.priority) < Self.readyLimit
    else {
      cursors[accepted.priority.rawValue].mayHaveMore = true
      return
    }
    cursors[accepted.priority.rawValue].last = accepted.id
    core.machine.load(accepted.id, LoadedBatch(count: accepted.entries.count), accepted.entries, wall)
  }

  /// Reads batches as long as there is room in memory.
  func load(_ wall: Int64) throws(OutboxError) {
    for priority in [PriorityClass.urgent, .patient] {
      while hasRoom(priority) {
        if try !loadNext(priority, wall) { cursors[priority.rawValue].mayHaveMore = false }
      }
    }
  }

  private func hasRoom(_ priority: PriorityClass) -> Bool {
    // What is found recalled is written down before more is read, and a recall looks through the file in peace.
    cursors[priority.rawValue].mayHaveMore && core.recalls.new.isEmpty
      && core.machine.readyCount(priority) < Self.readyLimit / 2
      && !core.machine.hasManyFollowers && core.journal.count < RecallSearch.limit
  }

  /// - Returns: false where there is none.
  private func loadNext(_ priority: PriorityClass, _ wall: Int64) throws(OutboxError) -> Bool {
    let record = try core.file.read { database in
      // Of this moment, as the batch is.
      try core.recalls.read(database)
      return try BatchTable.next(priority, after: cursors[priority.rawValue].last, database)
    }
    guard let record else { return false }
    try core.mark.move(record.id, core.file)
    guard let found = record.notifications() else {
      try core.damaged.setAside("batch-\(record.id)", record.count, record.body) {
        try BatchTable.delete(record.id, $0)
      }
      cursors[priority.rawValue].last = record.id
      return true
    }
    let mayBe = found.filter(core.recalls.mayHave)
    let recalled = mayBe.isEmpty ? [] : try core.file.read { try RecallTable.tickets(mayBe, $0, wall) }
    // From here on nothing fails: all of the batch is in memory, or none.
    cursors[priority.rawValue].last = record.id
    core.machine.load(record.id, record.batch, found.map { entry($0, record) }, recalled: recalled, wall)
    return true
  }

  private func entry(_ notification: PushNotification, _ record: BatchTable.Record) -> Entry {
    let entry = Entry(notification, acceptedAt: record.acceptedAt, core.options)
    if core.mark.isUncertain(batch: record.id) { entry.mayHaveArrived = true }
    return entry
  }
}
