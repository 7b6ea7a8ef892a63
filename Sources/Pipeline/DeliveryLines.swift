import Delivery
import LosslessJSON
import NotificationModel

/// The lines of the output that say what became of notifications.
///
/// They are written together, at the end of a turn: a system call each costs more than its line.
final class DeliveryLines {
  /// The bytes that are written before the end of a turn.
  private static let limit = 256 << 10

  private let output: RunOutput
  private let isWanted: Bool
  private var lines = JSONWriter(capacity: 64 << 10)

  init(_ output: RunOutput, isWanted: Bool) {
    self.output = output
    self.isWanted = isWanted
  }

  /// Adds what a person did, a JSON object.
  func add(_ event: String) {
    guard isWanted else { return }
    lines.raw(event)
    lines.endLine()
  }

  /// Adds how a notification ended.
  func add(_ notification: PushNotification, _ end: DeliveryEnd, _ attempts: Int) {
    switch end {
    case .delivered: add(notification, "delivered", attempts)
    case .expired: add(notification, "expired", attempts)
    case .withdrawn(let mayHaveArrived):
      add(notification, "withdrawn", attempts, mayHaveArrived: mayHaveArrived)
    case .refused(let why): add(notification, "refused", attempts, why)
    case .undelivered(let why): add(notification, "undelivered", attempts, why)
    }
  }

  /// Adds a word about a notification.
  func add(
    _ notification: PushNotification, _ word: String, _ attempts: Int? = nil, _ why: DeliveryFailure? = nil,
    mayHaveArrived: Bool = false
  ) {
    guard isWanted else { return }
    lines.beginObject()
    lines.member("place", notification.place)
    lines.member("id", notification.identifier)
    lines.member("apns_id", notification.apnsID)
    lines.member("delivery", word)
    if let generation = notification.generation { lines.members(of: generation) }
    if let attempts { lines.member("attempts", attempts) }
    if let why { add(why) }
    if mayHaveArrived || why?.isUnknown ?? false { lines.member("may_have_arrived", true) }
    lines.endObject()
    lines.endLine()
    if lines.buffer.count > Self.limit { flush() }
  }

  private func add(_ why: DeliveryFailure) {
    if why.status != 0 { lines.member("status", why.status) }
    lines.member("reason", why.reason)
    lines.member("why", why.description)
  }

  /// Writes what was added.
  func flush() {
    guard lines.buffer.count > 0 else { return }
    output.write(lines.buffer.bytes)
    lines.removeAll()
  }
}

extension PushNotification {
  /// Returns the line that says that the device token is gone.
  func feedback(_ why: DeliveryFailure) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("device_token", deviceToken ?? "")
    writer.member("reason", why.reason)
    if let timestamp = why.timestamp { writer.member("timestamp", timestamp) }
    // A 400 may come of the wrong environment: who removes tokens has to see which it was.
    if why.status != 0 { writer.member("status", why.status) }
    if let topic = why.topic ?? headers.topic { writer.member("topic", topic) }
    if let environment = why.environment ?? environment {
      writer.member("environment", environment.rawValue)
    }
    writer.member("apns_id", apnsID)
    writer.endObject()
    return Array(writer.buffer.bytes) + [0x0A]
  }
}
