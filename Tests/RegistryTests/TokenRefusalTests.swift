import Delivery
import NotificationModel
import Registry
import Testing

/// Which ends of notifications say something of a device token.
struct TokenRefusalTests {
  private static func failure(_ reason: String, _ status: Int, at timestamp: Int64? = nil) -> DeliveryFailure
  {
    var failure = DeliveryFailure(reason, "it was refused", status: status)
    (failure.timestamp, failure.topic, failure.environment) = (timestamp, "com.example.chat", .sandbox)
    return failure
  }

  private static func notification(token: String? = "AB01") -> PushNotification {
    PushNotification(ticket: 1, place: "", deviceToken: token, payload: [])
  }

  // Apple, "Handling notification responses from APNs": 410 has the time of its knowledge.
  @Test func aTokenThatIsGone() {
    let refusal = TokenRefusal(Self.notification(), .refused(Self.failure("Unregistered", 410, at: 77)))
    #expect(
      refusal
        == TokenRefusal(
          token: [0xAB, 1], topic: "com.example.chat", environment: .sandbox, cause: .unregistered(since: 77))
    )
    let expired = TokenRefusal(Self.notification(), .refused(Self.failure("ExpiredToken", 410)))
    #expect(expired?.cause == .unregistered(since: nil))
  }

  @Test(arguments: [
    ("BadDeviceToken", SuspensionReason.badDeviceToken),
    ("DeviceTokenNotForTopic", .deviceTokenNotForTopic),
  ])
  func aTokenThatIsRefused(_ word: String, _ reason: SuspensionReason) {
    let refusal = TokenRefusal(Self.notification(), .refused(Self.failure(word, 400)))
    #expect(refusal?.cause == .refused(reason))
  }

  @Test(arguments: [
    ("PayloadTooLarge", 413), ("TopicDisallowed", 400), ("TooManyRequests", 429),
    ("InternalServerError", 500),
    ("NoAnswer", 0), ("", 400),
  ])
  func whatIsNoFaultOfTheToken(_ reason: String, _ status: Int) {
    #expect(TokenRefusal(Self.notification(), .refused(Self.failure(reason, status))) == nil)
  }

  @Test func anEndThatIsNoRefusal() {
    let failure = Self.failure("Unregistered", 410)
    for end in [DeliveryEnd.delivered, .expired, .withdrawn(mayHaveArrived: true), .undelivered(failure)] {
      #expect(TokenRefusal(Self.notification(), end) == nil)
    }
  }

  @Test func withoutATokenOrATopicThereIsNobody() {
    #expect(TokenRefusal(Self.notification(token: nil), .refused(Self.failure("Unregistered", 410))) == nil)
    #expect(TokenRefusal(Self.notification(token: "xy"), .refused(Self.failure("Unregistered", 410))) == nil)
    var failure = Self.failure("Unregistered", 410)
    failure.topic = nil
    #expect(TokenRefusal(Self.notification(), .refused(failure)) == nil)
  }
}
