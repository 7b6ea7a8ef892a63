import LosslessJSON
import NotificationModel

/// The push that takes back what was delivered and recalled (`outbox.recall`).
package struct RecallPush {
  /// The notification that was recalled.
  let original: PushNotification
  let push: PushNotification
  /// The word for the action: `replaced`, or `removed`.
  let word: String

  /// Makes the push; nil where nothing is done.
  init?(of notification: PushNotification, _ mode: OutboxOptions.RecallOfSent) {
    var made: PushNotification
    switch mode {
    case .nothing: return nil
    case .replace(let text):
      guard let collapseID = notification.headers.collapseID else { return nil }
      made = Self.push(notification, Self.replacement(text))
      made.headers.collapseID = collapseID
      made.headers.pushType = notification.headers.pushType
      made.headers.priority = notification.headers.priority
      word = "replaced"
    case .background:
      made = Self.push(
        notification, Self.removal(notification.names.filter { !NotificationName.isOwn($0) }))
      made.headers.pushType = "background"
      made.headers.priority = "5"
      word = "removed"
    }
    original = notification
    push = made
  }

  private static func push(_ notification: PushNotification, _ payload: [UInt8]) -> PushNotification {
    var push = PushNotification(
      ticket: 0, place: notification.place, deviceToken: notification.deviceToken, payload: payload)
    push.isOfRecall = true
    push.identifier = notification.identifier
    push.headers.topic = notification.headers.topic
    push.environment = notification.environment
    push.generation = notification.generation
    return push
  }

  private static func replacement(_ text: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("aps")
    writer.beginObject()
    writer.member("alert", text)
    // It takes a place that is there: nobody needs to be woken.
    writer.member("interruption-level", "passive")
    writer.endObject()
    writer.endObject()
    return Array(writer.buffer.bytes)
  }

  private static func removal(_ names: [String]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("aps")
    writer.beginObject()
    writer.member("content-available", 1)
    writer.endObject()
    writer.member("withdraw", names)
    writer.endObject()
    return Array(writer.buffer.bytes)
  }
}
