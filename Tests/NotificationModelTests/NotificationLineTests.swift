import LosslessJSON
import NotificationModel
import Testing

/// Both forms of a line, and what surrounds a payload.
struct NotificationLineTests {
  private static func refusal(_ text: String) throws -> NotificationLine.Refusal? {
    var document = JSONDocument()
    try document.parse(text)
    do throws(NotificationLine.Refusal) {
      _ = try NotificationLine(document)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    arguments: [
      (#"{"aps":{}}"#, nil), (#"{"payload":{}}"#, nil),
      (#"{"payload":{"aps":{}},"id":null,"headers":null,"locale":null}"#, nil),
      (#"{"payload":{},"headers":{"apns-id":null,"apns-priority":5}}"#, nil),
      (#"{"payload":{},"locale":["de","en"]}"#, nil),
      ("[]", .notAnObject), ("{}", .neitherForm), (#"{"aps":1}"#, .apsNotAnObject),
      (#"{"payload":[]}"#, .payloadNotAnObject),
      (#"{"payload":{"aps":null}}"#, .apsNotAnObject), (#"{"payload":{},"headers":[]}"#, .headersNotAnObject),
      (#"{"payload":{},"headers":{"apns-id":[]}}"#, .headerNotAString),
      (#"{"payload":{},"id":7}"#, .idNotAString),
      (#"{"payload":{},"device_token":7}"#, .tokenNotAString),
      (#"{"payload":{},"environment":7}"#, .environmentNotAString),
      (#"{"payload":{},"environment":"test"}"#, .environmentUnknown),
      (#"{"payload":{},"locale":[1]}"#, .localeNotAString),
    ] as [(String, NotificationLine.Refusal?)])
  func readsBothFormsAndRefusesTheRest(_ text: String, _ refusal: NotificationLine.Refusal?) throws {
    #expect(try Self.refusal(text) == refusal)
  }

  @Test(
    arguments: [
      (#"{"payload":{"rc":{"id":"m"}},"id":"i","headers":{"apns-id":"a","apns-collapse-id":"c"}}"#, "c"),
      (#"{"payload":{"rc":{"id":"m"}},"id":"i","headers":{"apns-id":"a"}}"#, "a"),
      (#"{"payload":{"rc":{"id":"m"}},"id":"i"}"#, "i"), (#"{"payload":{"rc":{"id":"m"}},"id":null}"#, "m"),
      (#"{"aps":{},"rc":{"id":12345678901234567}}"#, "12345678901234567"),
      (#"{"aps":{},"rc":{"id":1.5}}"#, nil),
      (#"{"aps":{}}"#, nil), (#"{"payload":{},"headers":{"Apns-Collapse-ID":"c"}}"#, "c"),
    ] as [(String, String?)])
  func isKnownByTheFirstOfItsNames(_ text: String, _ identifier: String?) throws {
    var document = JSONDocument()
    try document.parse(text)
    let found = try NotificationLine(document).identifier(document)
    #expect(found == identifier)
  }

  /// A number is the header's digits, also where JSON writes it as another program's floating point.
  @Test(arguments: [
    ("5", "5"), ("5.0", "5"), ("5e0", "5"), ("\"5.0\"", "5.0"), ("5.5", "5.5"), ("1e400", "1e400"),
    ("1700000000.0", "1700000000"), ("99999999999999999999", "99999999999999999999"),
  ])
  func aWholeNumberIsOne(_ text: String, _ header: String) throws {
    var document = JSONDocument()
    try document.parse(#"{"payload":{},"headers":{"apns-expiration":\#(text)}}"#)
    let found = try NotificationLine(document).headerText(.expiration, document)
    #expect(found == header)
  }

  @Test(arguments: [
    (#"{"aps":{"alert":"a"}}"#, "alert"), (#"{"aps":{"content-available":1}}"#, "background"),
    (#"{"aps":{"content-available":1,"badge":1}}"#, "alert"), (#"{"aps":{}}"#, "alert"),
    (#"{"payload":{},"headers":{"Apns-Push-Type":"voip"}}"#, "voip"),
    (#"{"payload":{"aps":{}},"headers":{"Apns-Topic":"com.example.app.voip"}}"#, "voip"),
    (#"{"payload":{"aps":{}},"headers":{"apns-topic":"a.voip","apns-push-type":"alert"}}"#, "alert"),
    (#"{"payload":{"mdm":"Magic"},"headers":{"apns-topic":null}}"#, "mdm"),
  ])
  func tellsThePushType(_ text: String, _ type: String) throws {
    var document = JSONDocument()
    try document.parse(text)
    let found = try NotificationLine(document).pushType(document)
    #expect(found == type)
  }

  @Test(arguments: [
    (#"{"aps":1}"#, 7), (#"{"payload":{"aps":1}}"#, 18), (#"{"payload":{},"environment":"prod"}"#, 28),
    ("[1]", 0), ("{}", 0),
    (#"{"payload":{},"headers":{"a":[]}}"#, 24),
  ])
  func saysWhereItIsWrong(_ text: String, _ offset: Int) throws {
    var document = JSONDocument()
    try document.parse(text)
    do throws(NotificationLine.Refusal) {
      _ = try NotificationLine(document)
      Issue.record("it was read")
    } catch {
      let found = NotificationLine.offset(of: error, document)
      #expect(found == offset)
    }
  }

  @Test func namesTheKeysThatMeanNothing() throws {
    var document = JSONDocument()
    try document.parse(#"{"payload":{},"lokale":"de","header":{},"id":"x"}"#)
    let unknown = try NotificationLine(document).unknownKeys(document)
    #expect(unknown == ["lokale", "header"])
  }
}
