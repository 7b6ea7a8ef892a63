import APNsCredentials
import ClientKeys
import HTTPTypes
import NotificationModel
import Operations
import OutboxRecords
import RESTInterface
import Testing

/// Envelopes, right and wrong, of a key with one app.
struct EnvelopeReaderTests {
  private static let token = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0"
  private static let own = "0d5a1c4e-0000-4000-8000-000000000001"

  private static func caller(_ topics: [String] = ["com.example.app"]) throws -> APICaller {
    APICaller(
      try APIKey(
        keyID: "ABC123DEFG", scopes: [.send],
        grant: KeyGrant(topics: .apps(topics), environments: [.production]),
        digest: APISecret(keyID: "ABC123DEFG").digest))
  }

  private static func read(
    _ text: String, _ topics: [String] = ["com.example.app"]
  ) throws -> PushNotification {
    var reader = EnvelopeReader(SendSettings())
    return try reader.push(Array(text.utf8), try caller(topics), apnsID: own).push.notification
  }

  private static func envelope(_ more: String = "", payload: String = #"{"aps":{"alert":"Hi"}}"#) -> String {
    #"{"device_token":"\#(token)","payload":\#(payload)\#(more.isEmpty ? "" : "," + more)}"#
  }

  @Test func anEnvelopeBecomesAPushOfItsApp() throws {
    let notification = try Self.read(
      Self.envelope(
        #""id":"m1","locale":["de-AT","en"],"time_zone":"Europe/Rome","headers":{"apns-priority":5,"apns-id":"0D5A1C4E-0000-4000-8000-00000000000A","apns-collapse-id":"c1","apns-expiration":"1"}"#,
        payload: "{ \"aps\" : {\"alert\":\"Hi\"}\n}"))
    #expect(notification.deviceToken == Self.token && notification.app == "com.example.app")
    #expect(notification.apnsID == "0d5a1c4e-0000-4000-8000-00000000000a")
    #expect(notification.identifier == "c1" && notification.aliases.contains("m1"))
    #expect(notification.headers.topic == "com.example.app" && notification.headers.priority == "5")
    #expect(notification.headers.expiration == "1" && notification.headers.pushType == "alert")
    #expect(notification.locales == ["de-AT", "en"] && notification.timeZone == "Europe/Rome")
    #expect(notification.environment == .production)
    // Byte for byte.
    #expect(notification.payload == Array("{ \"aps\" : {\"alert\":\"Hi\"}\n}".utf8))
    // The names are the app's, so that no other app's recalls find them.
    #expect(Set(notification.names).contains(NotificationName.text("m1", of: "com.example.app")))
  }

  @Test func whatHasNoNameHasTheOneThatIsGiven() throws {
    let notification = try Self.read(Self.envelope())
    #expect(notification.apnsID == Self.own && notification.identifier == Self.own)
    let named = try Self.read(Self.envelope(#""id":"m1""#))
    #expect(named.apnsID == Self.own && named.identifier == "m1")
  }

  /// The recipient and the names come again from the outbox, where no line is kept.
  @Test func theOutboxKeepsTheEnvelope() throws {
    let notification = try Self.read(Self.envelope(#""id":"m1","locale":"de","time_zone":"Europe/Rome""#))
    var bytes: [UInt8] = []
    NotificationRecord.append(notification, to: &bytes)
    let read = try #require(bytes.withUnsafeBytes { NotificationRecord.read($0, ticket: 1) })
    #expect(read.locales == ["de"] && read.timeZone == "Europe/Rome")
    #expect(read.names == notification.names && read.envelope == notification.envelope)
  }

  @Test func aTypeOfPushHasItsOwnTopic() throws {
    let notification = try Self.read(Self.envelope(#""headers":{"apns-push-type":"voip"}"#))
    #expect(notification.headers.topic == "com.example.app.voip" && notification.app == "com.example.app")
  }

  @Test(
    arguments: [
      ("", 400, "byte 1: ", nil),
      ("{", 400, "send one JSON object", nil),
      ("\u{FEFF}{}", 400, "byte 1: ", nil),
      ("[]", 422, "a notification is a JSON object", ""),
      ("{}", 422, "neither 'aps' nor a 'payload'", ""),
      (#"{"aps":{}}"#, 422, "put it into 'payload'", ""),
      (#"{"payload":{"aps":{}}}"#, 422, "'device_token' is missing", ""),
      (#"{"payload":{"aps":{}},"device_token":null}"#, 422, "'device_token' is missing", ""),
      (#"{"payload":{"aps":{}},"device_token":1}"#, 422, "'device_token' is not a string", "/device_token"),
      (#"{"payload":{"aps":{}},"device_token":"xyz"}"#, 422, "hexadecimal digits", "/device_token"),
      (#"{"payload":{"aps":{}},"device_token":"fff"}"#, 422, "hexadecimal digits", "/device_token"),
      (#"{"payload":{"aps":{}},"device_token":""}"#, 422, "hexadecimal digits", "/device_token"),
      (#"{"payload":[],"device_token":"ff"}"#, 422, "'payload' is not an object", "/payload"),
      (#"{"payload":{"aps":1},"device_token":"ff"}"#, 422, "'aps' is not an object", "/payload/aps"),
      (
        envelope(#""attachments":[{"url":"file:///etc/passwd"}]"#), 422, "names a file or an address",
        "/attachments"
      ),
      (envelope(#""attachments":null"#), 422, "names a file or an address", "/attachments"),
      (envelope(#""notilua":{"of_recall":true}"#), 422, "'notilua' is no member of an envelope", ""),
      (envelope(#""devicetoken":"ff""#), 422, "did you mean 'device_token'?", ""),
      (envelope(#""id":1"#), 422, "'id' is not a string", "/id"),
      (envelope(#""locale":{}"#), 422, "'locale' is neither", "/locale"),
      (envelope(#""time_zone":1"#), 422, "'time_zone' is not a string", "/time_zone"),
      (envelope(#""environment":"test""#), 422, "'environment' is neither", "/environment"),
      (envelope(#""environment":"sandbox""#), 403, "is not for sandbox", "/environment"),
      (envelope(#""headers":[]"#), 422, "'headers' is not an object", "/headers"),
      (envelope(#""headers":{"apns-topic":[]}"#), 422, "a header is neither", "/headers"),
      (envelope(#""headers":{"apns-topics":"x"}"#), 422, "did you mean 'apns-topic'?", "/headers"),
      (envelope(#""headers":{"apns-topic":"a b"}"#), 422, "'apns-topic' is no topic", "/headers/apns-topic"),
      (envelope(#""headers":{"apns-topic":""}"#), 422, "'apns-topic'", "/headers/apns-topic"),
      (
        envelope(#""headers":{"apns-topic":"com.example.other"}"#), 403, "does not reach the topic",
        "/headers/apns-topic"
      ),
      (envelope(#""headers":{"apns-topic":"com.example.app.voip"}"#), 202, "", nil),
      (
        envelope(#""headers":{"apns-topic":"com.example.app.voip","apns-push-type":"alert"}"#), 422, "",
        "/headers/apns-topic"
      ),
      (envelope(#""headers":{"apns-id":"1"}"#), 422, "'apns-id' is no UUID", "/headers/apns-id"),
      (envelope(#""headers":{"apns-priority":"7"}"#), 422, "'apns-priority'", "/headers/apns-priority"),
      (
        envelope(#""headers":{"apns-expiration":"-1"}"#), 422, "'apns-expiration'", "/headers/apns-expiration"
      ),
      // JSON Schema knows one kind of 5: an integer may be written as 5.0.
      (envelope(#""headers":{"apns-expiration":1700000000.0,"apns-priority":5.0}"#), 202, "", nil),
      (
        envelope(#""headers":{"apns-expiration":1.5}"#), 422, "'apns-expiration'", "/headers/apns-expiration"
      ),
      (
        envelope(#""headers":{"apns-collapse-id":"a\nb"}"#), 422, "a control character",
        "/headers/apns-collapse-id"
      ),
      (envelope(#""headers":{"apns-collapse-id":" a"}"#), 422, "a space", "/headers/apns-collapse-id"),
      (envelope(#""id":"\#(String(repeating: "é", count: 255))""#), 202, "", nil),
      (envelope(#""id":"\#(String(repeating: "é", count: 256))""#), 422, "more than 255", "/id"),
      (envelope(#""headers":{"apns-push-type":"x"}"#), 422, "'apns-push-type'", "/headers/apns-push-type"),
      (
        envelope(#""headers":{"apns-push-type":"background","apns-priority":"10"}"#), 422,
        "must have 'apns-priority' 5",
        "/headers/apns-priority"
      ),
      (envelope(payload: #"{"a":1,"a":2}"#), 400, "byte", nil),
      (
        envelope(payload: #"{"x":"\#(String(repeating: "x", count: 4096))"}"#), 413, "APNs takes 4096",
        "/payload"
      ),
    ] as [(String, Int, String, String?)])
  func aWrongEnvelopeIsNamed(_ text: String, _ status: Int, _ said: String, _ pointer: String?) throws {
    do {
      _ = try Self.read(text)
      #expect(status == 202, "\(text) was read")
    } catch let problem as Problem {
      #expect(problem.status.code == status && problem.pointer == pointer, "\(text): \(problem)")
      #expect(problem.detail.contains(said), "\(problem.detail)")
      // No address, no token and no text of the notification.
      #expect(!problem.detail.contains("passwd"))
    }
  }

  @Test func aKeyOfSeveralAppsNamesTheTopic() throws {
    let apps = ["com.example.app", "com.example.chat"]
    let problem = #expect(throws: Problem.self) { try Self.read(Self.envelope(), apps) }
    #expect(problem?.status.code == 422 && problem?.pointer == "/headers")
    let named = try Self.read(Self.envelope(#""headers":{"apns-topic":"com.example.chat"}"#), apps)
    #expect(named.app == "com.example.chat")
  }
}
