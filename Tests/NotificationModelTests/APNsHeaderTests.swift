import NotificationModel
import Testing

/// Values of headers that APNs accepts.
struct APNsHeaderTests {
  @Test(arguments: [
    ("00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0", true), ("AbCdEf09", true),
    (String(repeating: "ab", count: 1000), true), ("", false), ("abc", false), ("0g", false), ("0x12", false),
    ("ab cd", false), ("ａｂ", false), ("a\u{0}", false), ("ab/../", false), ("@@", false), ("``", false),
  ])
  func aDeviceTokenIsPairsOfDigits(_ text: String, _ isOne: Bool) {
    #expect(APNsHeader.isDeviceToken(text) == isOne)
  }

  @Test(arguments: [
    ("10", true), ("5", true), ("1", true), ("", false), ("0", false), ("7", false), ("05", false),
    (" 5", false), ("５", false),
  ])
  func aPriorityIsOneOfThree(_ text: String, _ isOne: Bool) { #expect(APNsHeader.isPriority(text) == isOne) }

  /// Apple: the value "must not exceed 64 bytes".
  @Test func aCollapseIDIsCountedInBytes() {
    #expect(APNsHeader.isCollapseID(String(repeating: "ü", count: 32)))
    #expect(!APNsHeader.isCollapseID(String(repeating: "ü", count: 32) + "x"))
  }
}
