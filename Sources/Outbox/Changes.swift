import Delivery
import NotificationModel

/// What has happened since the last commit, to be written down together.
struct Changes: ~Copyable {
  /// Batches of which notifications have left.
  var batches: Set<Int64> = []
  /// Rows of their own that notifications have now.
  var held: [UInt64: Held] = [:]
  /// Notifications whose rows go, with the hashes of their names.
  var ended: [UInt64: [UInt64]] = [:]
  /// Device tokens whose next notification may go.
  var wakes: Set<UInt64> = []
  /// What was delivered and may be recalled yet.
  var sent: [Parcel] = []
  /// Pushes that say that others were recalled.
  var ofRecalls: [PushNotification] = []
  var lines = OutboxEvents()
  /// Told when they are in the file.
  var ends: [(parcel: Parcel, end: DeliveryEnd)] = []
  var counts: [String: Int64] = [:]
  /// Recalls that have seen the end of all that they had found at the sink.
  var settledRecalls: [String] = []
  /// The event up to which the audit is on the disk, and the place in its file.
  var settledEvent: Int64 = 0
  var settledPlace: AuditLog.Place?

  /// Whether there is nothing that somebody waits for: that the audit is on the disk can be noted another time.
  var isQuiet: Bool {
    batches.isEmpty && held.isEmpty && ended.isEmpty && wakes.isEmpty && sent.isEmpty && ofRecalls.isEmpty
      && lines.count == 0 && settledRecalls.isEmpty
  }

  var isEmpty: Bool { isQuiet && settledPlace == nil }

  /// How far lines and pushes went, for a transaction that adds to them and fails.
  struct Mark {
    fileprivate var lines: OutboxEvents.Mark
    fileprivate var ofRecalls: Int
    fileprivate var ends: Int
    fileprivate var counts: [String: Int64]
  }

  var mark: Mark { Mark(lines: lines.mark, ofRecalls: ofRecalls.count, ends: ends.count, counts: counts) }

  mutating func rewind(to mark: Mark) {
    lines.rewind(to: mark.lines)
    ofRecalls.removeLast(ofRecalls.count - mark.ofRecalls)
    ends.removeLast(ends.count - mark.ends)
    counts = mark.counts
  }

  /// How many notifications they are about.
  var count: Int { ends.count + held.count }

  mutating func removeAll() {
    batches.removeAll(keepingCapacity: true)
    held.removeAll(keepingCapacity: true)
    ended.removeAll(keepingCapacity: true)
    wakes.removeAll(keepingCapacity: true)
    sent.removeAll(keepingCapacity: true)
    ofRecalls.removeAll(keepingCapacity: true)
    lines.removeAll()
    ends.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    settledRecalls.removeAll()
    settledPlace = nil
  }
}
