import Delivery
import NotificationModel

/// The changes since the last commit, which are written down together.
package final class Journal {
  /// A row of its own that an entry gets, or that changes.
  package struct RowChange {
    package var entry: Entry
    package var failure: DeliveryFailure?
  }

  /// A result that is reported once it is in the file.
  package struct Result {
    package var notification: PushNotification
    package var end: DeliveryEnd
    package var attempts: Int
  }

  /// Batches of which notifications have left.
  package private(set) var batches: Set<Int64> = []
  package private(set) var rows: [UInt64: RowChange] = [:]
  /// Entries whose rows go, with the hashes of their names.
  package private(set) var endedRows: [UInt64: [UInt64]] = [:]
  /// Device tokens whose next entry in the file may go.
  package private(set) var wakes: Set<UInt64> = []
  /// The delivered notifications that may still be recalled.
  package private(set) var sent: [PushNotification] = []
  /// Pushes that say that others were recalled.
  package private(set) var recallPushes: [RecallPush] = []
  package private(set) var results: [Result] = []
  package private(set) var counts: [String: Int64] = [:]
  /// Recalls that have seen the end of all that they had found at the sink.
  package private(set) var settledRecalls: [String] = []
  /// The last event that the audit has on its disk, where that is news.
  private(set) var settled: AuditTrail.Settled?
  /// Lines for the audit.
  var events: OutboxEvents
  var schedule = CommitSchedule()
  private let markDelay: Duration
  private let commitDelay: Duration

  /// - Parameter isAudited: whether the events are asked for.
  package init(_ options: OutboxOptions, isAudited: Bool, lastEvent: Int64 = 0) {
    events = OutboxEvents(isKept: isAudited, last: lastEvent)
    markDelay = options.markDelay
    commitDelay = options.commitDelay
  }

  /// A Boolean value that indicates whether nothing is waited for: that the audit is on the disk can
  /// be noted another time.
  var isQuiet: Bool {
    batches.isEmpty && rows.isEmpty && endedRows.isEmpty && wakes.isEmpty && sent.isEmpty
      && recallPushes.isEmpty && events.count == 0 && settledRecalls.isEmpty
  }

  package var isEmpty: Bool { isQuiet && settled == nil }

  /// The number of notifications that it is about.
  var count: Int { results.count + rows.count }

  /// Returns a Boolean value that indicates whether a row is about to change.
  func concerns(_ ticket: UInt64) -> Bool { rows[ticket] != nil || endedRows[ticket] != nil }

  // MARK: Notes

  func noteBatch(_ id: Int64) {
    batches.insert(id)
    schedule.commit(within: markDelay)
  }

  func noteRow(_ entry: Entry, _ failure: DeliveryFailure?) {
    rows[entry.ticket] = RowChange(entry: entry, failure: failure)
    schedule.commit(within: markDelay)
  }

  func noteRowEnded(_ entry: Entry) {
    rows[entry.ticket] = nil
    endedRows[entry.ticket] = entry.nameHashes
  }

  /// Notes that the next of a device token may go, which has to be written down before it is given.
  func noteWake(_ token: UInt64) {
    wakes.insert(token)
    schedule.commit(within: commitDelay)
  }

  func noteSent(_ notification: PushNotification) { sent.append(notification) }
  func noteRecallPush(_ push: RecallPush) { recallPushes.append(push) }
  func noteSettledRecall(_ name: String) { settledRecalls.append(name) }
  func noteSettled(_ place: AuditTrail.Settled) { settled = place }

  /// Notes how a notification ended, for the audit and for the queue's user.
  ///
  /// - Parameter isRecalled: whether it was recalled when it was on its way already.
  func noteResult(
    _ notification: PushNotification, _ end: DeliveryEnd, attempts: Int, _ wall: Int64,
    isRecalled: Bool = false
  ) {
    events.add(wall, notification, end, attempts: attempts, isRecalled: isRecalled)
    results.append(Result(notification: notification, end: end, attempts: attempts))
    if let name = end.countName { counts[name, default: 0] += 1 }
    schedule.commit(within: markDelay)
  }

  // MARK: Commits

  /// A position in the journal, for a transaction that adds to it and fails.
  struct Mark {
    fileprivate var events: OutboxEvents.Mark
    fileprivate var recallPushes: Int
    fileprivate var results: Int
    fileprivate var counts: [String: Int64]
  }

  var mark: Mark {
    Mark(events: events.mark, recallPushes: recallPushes.count, results: results.count, counts: counts)
  }

  /// Takes back what was added since a mark.
  func rewind(to mark: Mark) {
    events.rewind(to: mark.events)
    recallPushes.removeLast(recallPushes.count - mark.recallPushes)
    results.removeLast(results.count - mark.results)
    counts = mark.counts
  }

  /// Forgets what a commit has written.
  package func removeAll() {
    batches.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    endedRows.removeAll(keepingCapacity: true)
    wakes.removeAll(keepingCapacity: true)
    sent.removeAll(keepingCapacity: true)
    recallPushes.removeAll(keepingCapacity: true)
    results.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    settledRecalls.removeAll()
    settled = nil
    events.removeAll()
  }
}

extension DeliveryEnd {
  /// The name under which the file counts it; nil where it counts none.
  var countName: String? {
    switch self {
    case .delivered: "delivered"
    case .refused: "dead"
    case .expired: "expired"
    case .withdrawn: "withdrawn"
    case .undelivered: nil
    }
  }
}
