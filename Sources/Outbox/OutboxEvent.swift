import Delivery
import Foundation
import GRDB
import Glibc
import LosslessJSON
import NotificationModel

/// Lines for the audit: how a notification ended, or what a recall found.
struct OutboxEvents: ~Copyable {
  private var writer = JSONWriter(capacity: 64 << 10)
  private(set) var count: Int64 = 0
  private var time: Int64 = 0
  private var timeText = ""

  /// The lines since ``removeAll()``.
  var lines: UnsafeRawBufferPointer { writer.buffer.bytes }

  struct Mark {
    fileprivate var size: Int
    fileprivate var count: Int64
  }

  var mark: Mark { Mark(size: writer.buffer.count, count: count) }

  /// Takes back what was added since.
  mutating func rewind(to mark: Mark) {
    writer.buffer.count = mark.size
    count = mark.count
  }

  mutating func removeAll() {
    writer.removeAll()
    count = 0
  }

  /// Keeps them in the file until the audit has them.
  ///
  /// - Parameter last: the number of the last.
  func insert(_ database: Database, last: Int64) throws {
    try database.cachedStatement(sql: "INSERT INTO event (first, count, lines) VALUES (?, ?, ?)")
      .execute(arguments: [last - count + 1, count, Data(lines)])
    try OutboxSchema.setFact(database, "event", last)
  }

  private mutating func begin(_ number: Int64, _ time: Int64) {
    if time != self.time {
      self.time = time
      timeText = Timestamp.text(time)
    }
    count += 1
    writer.beginObject()
    writer.member("event", number)
    writer.member("at", timeText)
  }

  /// Adds how a notification ended.
  ///
  /// - Parameter isRecalled: whether it was recalled when it was on its way already.
  mutating func add(
    _ number: Int64, _ time: Int64, _ notification: PushNotification, _ end: DeliveryEnd, attempts: Int,
    isRecalled: Bool
  ) {
    begin(number, time)
    writer.member("id", notification.identifier)
    writer.member("apns_id", notification.apnsID)
    writer.member("place", notification.place)
    if notification.isOfRecall { writer.member("of_recall", true) }
    var failure: DeliveryFailure?
    var mayHaveArrived = false
    switch end {
    case .delivered: writer.member("state", "delivered")
    case .refused(let why):
      writer.member("state", "dead")
      failure = why
    case .undelivered(let why):
      writer.member("state", "undelivered")
      failure = why
    case .expired: writer.member("state", "expired")
    case .withdrawn(let mayHave):
      writer.member("state", "withdrawn")
      mayHaveArrived = mayHave
    }
    writer.member("attempts", attempts)
    if isRecalled { writer.member("recalled", true) }
    if let failure {
      if failure.status != 0 { writer.member("status", failure.status) }
      writer.member("reason", failure.reason)
      writer.member("why", failure.description)
      mayHaveArrived = failure.isUnknown
    }
    if mayHaveArrived { writer.member("may_have_arrived", true) }
    writer.endObject()
    writer.endLine()
  }

  /// Adds what a recall found.
  mutating func add(_ number: Int64, _ time: Int64, recall name: String, _ found: RecallFindings) {
    begin(number, time)
    writer.member("recall", name)
    writer.member("withdrawn", found.withdrawn)
    if found.underWay > 0 { writer.member("under_way", found.underWay) }
    if found.delivered > 0 { writer.member("delivered", found.delivered) }
    if let then = found.then { writer.member("then", then) }
    writer.endObject()
    writer.endLine()
  }
}

/// What a recall found.
struct RecallFindings {
  /// Notifications that will not leave.
  var withdrawn = 0
  /// Notifications that the sink has: how they end is told with them.
  var underWay = 0
  /// Notifications that were delivered, as far as that is remembered.
  var delivered = 0
  /// What is done about those: `replaced`, or `removed`.
  var then: String?
}

/// Moments as texts and numbers.
package enum Timestamp {
  /// Milliseconds since 1970.
  package static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// A moment as RFC 3339 has it, in UTC.
  package static func text(_ milliseconds: Int64) -> String {
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func digits(_ number: Int, _ count: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(count - text.count, 0)) + text
    }
    return
      "\(digits(Int(parts.tm_year) + 1900, 4))-\(digits(Int(parts.tm_mon) + 1, 2))-\(digits(Int(parts.tm_mday), 2))T"
      + "\(digits(Int(parts.tm_hour), 2)):\(digits(Int(parts.tm_min), 2)):\(digits(Int(parts.tm_sec), 2))"
      + ".\(digits(Int(milliseconds % 1000), 3))Z"
  }
}
