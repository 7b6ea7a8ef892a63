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
    guard APNsHeader.isDeviceToken(token), token.utf8.count <= APNsHeader.deviceTokenLimit else {
      return DeliveryFailure(
        "BadDeviceToken", "'device_token' is not hexadecimal; write the token's bytes as digits")
    }
    let headers = notification.headers
    if let breach = headers.breach {
      return DeliveryFailure("BadHeader", "\(breach); fix the header")
    }
    let type = topic.map { pushType(headers, topic: $0) } ?? headers.pushType
    if let breach = APNsRules.sizeBreach(pushType: type, size: notification.payload.count) {
      return DeliveryFailure(
        "PayloadTooLarge", "\(breach.message); make it smaller, with the plugin 'truncate' perhaps")
    }
    // What could end a header's value has no place in one.
    let isWhole =
      APNsHeader.isFieldValue(headers.topic ?? "") && APNsHeader.isFieldValue(headers.collapseID ?? "")
    guard isWhole, APNsHeader.isFieldValue(headers.pushType) else {
      return DeliveryFailure(
        "BadHeader", "a header has a control character, or a space at an end; take it out")
    }
    return nil
  }

  /// The failure of a push without a topic whose credential has none either.
  static let missingTopic = DeliveryFailure(
    "MissingTopic",
    "the line has no 'apns-topic', and the credential is for several; give the app's bundle id")

  /// Returns the topic that a push type has for a bundle id.
  package static func topic(bundleID: String, pushType: String) -> String {
    PushType.address(bundleID, pushType: pushType).topic
  }

  /// Returns the type that a push has for a topic: its own, unless the topic is the credential's and has a
  /// suffix.
  static func pushType(_ headers: DeliveryHeaders, topic: String) -> String {
    headers.topic == nil
      ? PushType.address(topic, pushType: headers.pushType).pushType : headers.pushType
  }

  /// Writes what is the same for all requests of a connection.
  static func begin(_ block: inout HTTP2HeaderBlock, authority: String) {
    block.removeLast(to: 0)
    block.add(":method", "POST")
    block.add(":scheme", "https")
    block.add(":authority", authority)
  }

  /// Writes what belongs to a notification.
  ///
  /// A header that differs for every push stays out of the compression's small table: "don't index `:path`, `apns-id`".
  /// The provider token is the same for 50 minutes and is indexed, as Apple's newer page allows.
  static func add(
    _ notification: PushNotification, topic: String, token: String?, to block: inout HTTP2HeaderBlock
  ) {
    let headers = notification.headers
    block.add(":path", "/3/device/" + (notification.deviceToken ?? ""), isIndexed: false)
    if let token { block.add("authorization", "bearer " + token) }
    block.add("apns-topic", topic)
    let pushType = pushType(headers, topic: topic)
    block.add("apns-push-type", pushType)
    // Without one it counts as 10, which APNs refuses for a background push.
    if let priority = headers.priority ?? (pushType == "background" ? "5" : nil) {
      block.add("apns-priority", priority)
    }
    block.add("apns-id", notification.apnsID, isIndexed: false)
    if let expiration = headers.expiration { block.add("apns-expiration", expiration, isIndexed: false) }
    if let collapseID = headers.collapseID { block.add("apns-collapse-id", collapseID, isIndexed: false) }
  }
}
