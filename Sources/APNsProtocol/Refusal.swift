import LosslessJSON
import NotificationModel

/// A refusal of a push: the status and the reason of the response.
package struct Refusal: Error, Sendable, Equatable {
  package var status: Int
  /// The word in `{"reason":…}`.
  package var reason: String
  /// The time at which the token went out of use, in milliseconds since 1970; with 410 only.
  package var timestamp: Int64?

  package init(status: Int, reason: String, timestamp: Int64? = nil) {
    self.status = status
    self.reason = reason
    self.timestamp = timestamp
  }

  /// A reason with the status that APNs gives it.
  package init(_ reason: String, timestamp: Int64? = nil) {
    self.init(
      status: APNsReason.of(status: 400, reason: reason).status, reason: reason, timestamp: timestamp)
  }

  /// The body of the answer.
  package var body: [UInt8] {
    var writer = JSONWriter(capacity: 64)
    writer.beginObject()
    writer.member("reason", reason)
    if let timestamp { writer.member("timestamp", timestamp) }
    writer.endObject()
    return Array(writer.buffer.bytes)
  }
}
