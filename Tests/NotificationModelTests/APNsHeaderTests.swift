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

  @Test(arguments: [
    ("0", true), ("1800000000", true), ("9223372036854775807", true), ("9223372036854775808", false),
    ("", false),
    ("-1", false), ("+1", false), ("1.0", false), ("1e3", false), (" 1", false), ("١", false),
  ])
  func anExpirationIsDigits(_ text: String, _ isOne: Bool) {
    #expect(APNsHeader.isExpiration(text) == isOne)
  }

  /// RFC 9113 §8.2.1: no NUL, CR or LF, and no white space at an end; other control characters are none of ours.
  @Test(arguments: [
    ("", true), ("a b", true), ("é", true), (" a", false), ("a ", false), ("a\r\nb", false), ("a\0", false),
    ("\t", false), ("\u{7F}", false),
  ])
  func aFieldValueEndsNoHeader(_ text: String, _ isOne: Bool) {
    #expect(APNsHeader.isFieldValue(text) == isOne)
  }
}
