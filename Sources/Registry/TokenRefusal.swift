import Delivery
import NotificationModel

/// A refusal of APNs that concerns a device token.
package struct TokenRefusal: Sendable, Equatable {
  /// The meaning of a refusal.
  package enum Cause: Sendable, Equatable {
    /// The app is not on the device any more, since this time in milliseconds since 1970; nil where APNs did not say.
    case unregistered(since: Int64?)
    /// The token is refused, and the device may be there all the same.
    case refused(SuspensionReason)
  }

  /// The device token's bytes.
  package var token: [UInt8]
  /// The topic that it was pushed with.
  package var topic: String
  /// The environment that it was pushed to.
  package var environment: PushEnvironment
  /// The meaning.
  package var cause: Cause

  /// Makes a value from its parts.
  package init(token: [UInt8], topic: String, environment: PushEnvironment, cause: Cause) {
    (self.token, self.topic, self.environment, self.cause) = (token, topic, environment, cause)
  }

  /// Makes the refusal that ended a notification; nil where the end says nothing of the token.
  package init?(_ notification: PushNotification, _ end: DeliveryEnd) {
    guard case .refused(let why) = end, let cause = Self.cause(why),
      let token = notification.deviceToken.flatMap({ Hex.decode(Array($0.utf8)) }),
      let topic = why.topic ?? notification.headers.topic,
      let environment = why.environment ?? notification.environment
    else { return nil }
    (self.token, self.topic, self.environment, self.cause) = (token, topic, environment, cause)
  }

  private static func cause(_ why: DeliveryFailure) -> Cause? {
    if why.status == 410 { return .unregistered(since: why.timestamp) }
    return SuspensionReason(rawValue: why.reason).map { .refused($0) }
  }
}
