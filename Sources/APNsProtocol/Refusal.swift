import LosslessJSON
import NotificationModel

/// A refusal of a push: the status and the reason of the response.
package struct Refusal: Error, Sendable, Hashable {
  package var status: Int
  /// The word in `{"reason":…}`.
  package var reason: String
  /// The time at which the token went out of use, in milliseconds since 1970; with 410 only.
  package var timestamp: Int64?
  /// The seconds after which the push may be sent again, for the header `retry-after`; with 429 and 503 only.
  package var retryAfter: Int?
  /// The cause as a clause for people, where the reason leaves it open; it quotes nothing of the push.
  package var cause: String?

  package init(status: Int, reason: String, timestamp: Int64? = nil, retryAfter: Int? = nil) {
    self.status = status
    self.reason = reason
    self.timestamp = timestamp
    self.retryAfter = retryAfter
  }

  /// A reason with the status that APNs gives it.
  package init(_ reason: String, timestamp: Int64? = nil, retryAfter: Int? = nil, cause: String? = nil) {
    self.init(
      status: APNsReason.of(status: 400, reason: reason).status, reason: reason, timestamp: timestamp,
      retryAfter: retryAfter)
    self.cause = cause
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
