import APNsProtocol
import LosslessJSON
import NotificationModel

/// A push as the journal has it.
struct PushRecord {
  var time: Int64
  var connection: Int
  var id: String
  var token = ""
  var topic = ""
  var pushType = ""
  var sender: ProviderTokenCheck.Sender?
  var status = 200
  /// The reason for which it was refused.
  var reason: String?
  /// The event that came in place of a response.
  var trouble: String?
  var isDuplicate = false

  /// Writes one line, newline included.
  func write(_ request: PushRequest, isAccepted: Bool, isJSON: Bool, to writer: inout JSONWriter) {
    writer.removeAll()
    writer.beginObject()
    writer.member("event", isAccepted ? "accepted" : reason == nil ? "trouble" : "refused")
    writer.member("time", time)
    writer.member("connection", connection)
    writer.member("stream", request.stream)
    writer.member("apns_id", id)
    if !token.isEmpty { writer.member("token", token) }
    if !topic.isEmpty { writer.member("topic", topic) }
    if !pushType.isEmpty { writer.member("push_type", pushType) }
    if let priority = request.priority.flatMap({ Int($0) }) { writer.member("priority", priority) }
    if let expiration = request.expiration.flatMap({ Int64($0) }) { writer.member("expiration", expiration) }
    if let collapseID = request.collapseID { writer.member("collapse_id", collapseID) }
    // Never the token itself: its signature would let whoever reads the journal push.
    if let sender {
      writer.member("key_id", sender.keyID)
      writer.member("iat", sender.issuedAt)
    }
    if reason != nil { writer.member("status", status) }
    if let reason { writer.member("reason", reason) }
    if let trouble { writer.member("trouble", trouble) }
    if isDuplicate { writer.member("duplicate", true) }
    if isJSON {
      writer.key("payload")
      // White space between values may be line breaks; within strings JSON has none.
      let start = writer.buffer.count
      request.body.withUnsafeBytes { writer.raw($0) }
      for at in start..<writer.buffer.count where writer.buffer.start[at] < 0x20 {
        writer.buffer.start[at] = 0x20
      }
    }
    writer.endObject()
    writer.buffer.append(0x0A)
  }
}
