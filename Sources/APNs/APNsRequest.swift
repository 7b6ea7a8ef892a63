import Delivery
import HTTP2Transport
import NotificationModel

/// One push as APNs wants it: the path, the headers, and what is known to be wrong before it is sent.
///
/// Source: Apple, "Sending notification requests to APNs".
package enum APNsRequest {
  /// Returns the reason why a notification is not worth sending; nil where it is.
  ///
  /// APNs slows down whoever sends what it must refuse: "a 4XX slows down your ability to send".
  ///
  /// - Parameter topic: the one that the push will have, where that is known: its suffix may allow a larger payload.
  package static func refusal(_ notification: PushNotification, topic: String? = nil) -> DeliveryFailure? {
    guard let token = notification.deviceToken, !token.isEmpty else {
      return DeliveryFailure(
        "MissingDeviceToken", "the line has no 'device_token'; give an envelope that has one")
    }
    guard APNsHeader.isDeviceToken(token), token.utf8.count <= tokenLimit else {
      return DeliveryFailure(
        "BadDeviceToken", "'device_token' is not hexadecimal; write the token's bytes as digits")
    }
    if let breach = notification.headers.breach {
      return DeliveryFailure("BadHeader", "\(breach); fix the header")
    }
    let type = topic.map { pushType(notification, topic: $0) } ?? notification.headers.pushType
    if let breach = APNsRules.sizeBreach(pushType: type, size: notification.payload.count) {
      return DeliveryFailure(
        "PayloadTooLarge", "\(breach.message); make it smaller, with the plugin 'truncate' perhaps")
    }
    // What could end a header's value has no place in one.
    for value in [
      notification.headers.topic ?? "", notification.headers.collapseID ?? "", notification.headers.pushType,
    ]
    where value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      return DeliveryFailure("BadHeader", "a header has a control character; take it out")
    }
    return nil
  }

  /// The failure of a push without a topic whose credential has none either.
  static let missingTopic = DeliveryFailure(
    "MissingTopic",
    "the line has no 'apns-topic', and the credential is for several; give the app's bundle id")

  /// The most digits of a device token; no token of Apple's comes near, and a path has to stay short.
  private static let tokenLimit = 512

  /// Returns the topic that a push type has for a bundle id.
  package static func topic(bundleID: String, pushType: String) -> String {
    PushType.address(bundleID, pushType: pushType).topic
  }

  /// Returns the type that a push has for a topic: its own, unless the topic is the credential's and has a
  /// suffix.
  static func pushType(_ notification: PushNotification, topic: String) -> String {
    notification.headers.topic == nil
      ? PushType.address(topic, pushType: notification.headers.pushType).pushType
      : notification.headers.pushType
  }

  /// Writes what is the same for all requests of a connection.
  static func begin(_ headers: inout HTTP2HeaderBlock, authority: String) {
    headers.removeLast(to: 0)
    headers.add(":method", "POST")
    headers.add(":scheme", "https")
    headers.add(":authority", authority)
  }

  /// Writes what belongs to a notification.
  ///
  /// A header that differs for every push stays out of the compression's small table: "don't index `:path`, `apns-id`".
  /// The provider token is the same for 50 minutes and is indexed, as Apple's newer page allows.
  static func add(
    _ notification: PushNotification, topic: String, token: String?, to headers: inout HTTP2HeaderBlock
  ) {
    headers.add(":path", "/3/device/" + (notification.deviceToken ?? ""), isIndexed: false)
    if let token { headers.add("authorization", "bearer " + token) }
    headers.add("apns-topic", topic)
    let pushType = pushType(notification, topic: topic)
    headers.add("apns-push-type", pushType)
    // Without one it counts as 10, which APNs refuses for a background push.
    if let priority = notification.headers.priority ?? (pushType == "background" ? "5" : nil) {
      headers.add("apns-priority", priority)
    }
    headers.add("apns-id", notification.apnsID, isIndexed: false)
    if let expiration = notification.headers.expiration {
      headers.add("apns-expiration", expiration, isIndexed: false)
    }
    if let collapseID = notification.headers.collapseID {
      headers.add("apns-collapse-id", collapseID, isIndexed: false)
    }
  }
}
