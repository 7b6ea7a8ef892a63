import Delivery
import EventLoop
import Foundation
import GRDB
import LosslessJSON
import NotificationModel

/// Lines for the audit: how a notification ended, or what a recall found.
struct OutboxEvents: ~Copyable {
  private var writer = JSONWriter(capacity: 64 << 10)
  private(set) var count: Int64 = 0
  /// The number of the last event.
  private(set) var last: Int64
  private let isKept: Bool
  private var time: Int64 = 0
  private var timeText = ""

  /// - Parameters:
  ///   - isKept: false where nobody wants them: then none is added.
  ///   - last: the number of the last event before.
  init(isKept: Bool = true, last: Int64) {
    self.isKept = isKept
    self.last = last
  }

  /// The number of the last event before those that are here.
  var lastCommitted: Int64 { last - count }

  /// The lines since ``removeAll()``.
  var lines: UnsafeRawBufferPointer { writer.buffer.bytes }

  struct Mark {
    fileprivate var size: Int
    fileprivate var count: Int64
  }

  var mark: Mark { Mark(size: writer.buffer.count, count: count) }

  /// Takes back what was added since.
  mutating func rewind(to mark: Mark) {
    last -= count - mark.count
    writer.buffer.count = mark.size
    count = mark.count
  }

  mutating func removeAll() {
    writer.removeAll()
    count = 0
  }

  /// Keeps them in the file until the audit has them.
  func insert(_ database: Database) throws {
    try database.cachedStatement(sql: "INSERT INTO event (first, count, lines) VALUES (?, ?, ?)")
      .execute(arguments: [last - count + 1, count, Data(lines)])
    try OutboxSchema.setFact(database, "event", last)
  }

  private mutating func begin(_ time: Int64) {
    if time != self.time {
      self.time = time
      timeText = Timestamp.text(time)
    }
    count += 1
    last += 1
    writer.beginObject()
    writer.member("event", last)
    writer.member("at", timeText)
  }

  /// Adds how a notification ended.
  ///
  /// - Parameter isRecalled: whether it was recalled when it was on its way already.
  mutating func add(
    _ time: Int64, _ notification: PushNotification, _ end: DeliveryEnd, attempts: Int, isRecalled: Bool
  ) {
    guard isKept else { return }
    begin(time)
    writer.member("id", notification.identifier)
    writer.member("apns_id", notification.apnsID)
    writer.member("place", notification.place)
    if notification.isOfRecall { writer.member("of_recall", true) }
    writer.member("state", end.auditState)
    writer.member("attempts", attempts)
    if let generation = notification.generation { writer.members(of: generation) }
    if isRecalled { writer.member("recalled", true) }
    if let failure = end.failure {
      if failure.status != 0 { writer.member("status", failure.status) }
      writer.member("reason", failure.reason)
      writer.member("why", failure.description)
    }
    if end.mayHaveArrived { writer.member("may_have_arrived", true) }
    writer.endObject()
    writer.endLine()
  }

  /// Adds what a recall found.
  mutating func add(_ time: Int64, recall name: String, _ found: RecallFindings) {
    guard isKept else { return }
    begin(time)
    let (plain, app) = NotificationName.parts(name)
    writer.member("recall", plain)
    if let app { writer.member("app", app) }
    writer.member("withdrawn", found.withdrawn)
    if found.underWay > 0 { writer.member("under_way", found.underWay) }
    if found.delivered > 0 { writer.member("delivered", found.delivered) }
    if let then = found.then { writer.member("then", then) }
    writer.endObject()
    writer.endLine()
  }
}

extension DeliveryEnd {
  /// The audit's word for it.
  fileprivate var auditState: String {
    switch self {
    case .delivered: "delivered"
    case .refused: "dead"
    case .undelivered: "undelivered"
    case .expired: "expired"
    case .withdrawn: "withdrawn"
    }
  }

  fileprivate var failure: DeliveryFailure? {
    switch self {
    case .refused(let why), .undelivered(let why): why
    case .delivered, .expired, .withdrawn: nil
    }
  }

  fileprivate var mayHaveArrived: Bool {
    if case .withdrawn(let mayHave) = self { mayHave } else { failure?.isUnknown ?? false }
  }
}
