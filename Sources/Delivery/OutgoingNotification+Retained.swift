import NotificationModel

extension OutgoingNotification {
  /// The line to keep of what could not be delivered, so that another run can: an envelope with the `apns-id` that
  /// was used, for APNs and the app to tell that it is the same notification.
  package var retained: [UInt8] {
    // What stands beside the payload has no header.
    guard let deviceToken, attachments == nil else { return line }
    var writer = JSONWriter(capacity: payload.count + 512)
    writer.beginObject()
    if !identifier.isEmpty { writer.member("id", identifier) }
    writer.member("device_token", deviceToken)
    if let environment { writer.member("environment", environment.rawValue) }
    writer.key("headers")
    writer.beginObject()
    if let topic { writer.member("apns-topic", topic) }
    writer.member("apns-push-type", pushType)
    writer.member("apns-id", apnsID)
    if let priority { writer.member("apns-priority", priority) }
    if let expiration { writer.member("apns-expiration", expiration) }
    if let collapseID { writer.member("apns-collapse-id", collapseID) }
    writer.endObject()
    writer.key("payload")
    writer.raw(String(decoding: payload, as: UTF8.self))
    writer.endObject()
    return Array(writer.buffer.bytes)
  }
}
