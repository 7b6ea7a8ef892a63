import APNsProtocol
import Testing

/// Refusals as APNs writes them.
struct RefusalTests {
  /// Apple, "Handling notification responses from APNs", the tables of statuses and of reasons.
  @Test(arguments: [
    ("BadDeviceToken", 400), ("MissingTopic", 400), ("BadCertificate", 403), ("InvalidProviderToken", 403),
    ("BadPath", 404), ("MethodNotAllowed", 405), ("ExpiredToken", 410), ("Unregistered", 410),
    ("PayloadTooLarge", 413), ("TooManyRequests", 429), ("InternalServerError", 500), ("Shutdown", 503),
  ])
  func aReasonHasItsStatus(_ reason: String, _ status: Int) {
    #expect(Refusal(reason).status == status)
    #expect(String(decoding: Refusal(reason).body, as: UTF8.self) == #"{"reason":"\#(reason)"}"#)
  }

  @Test func theTimestampIsInMilliseconds() {
    let refusal = Refusal("Unregistered", timestamp: 1_454_948_015_990)
    #expect(
      String(decoding: refusal.body, as: UTF8.self)
        == #"{"reason":"Unregistered","timestamp":1454948015990}"#)
  }

  @Test func aReasonOfSomebodyElseIsEscaped() {
    let refusal = Refusal(status: 418, reason: "a\"\u{1}")
    #expect(String(decoding: refusal.body, as: UTF8.self) == #"{"reason":"a\"\u0001"}"#)
  }
}
