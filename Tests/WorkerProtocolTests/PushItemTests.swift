import NotificationModel
import Testing
import WorkerProtocol

/// A push in a batch: what is written is read, and no length of it is believed.
struct PushItemTests {
  private static let envelope = PushEnvelope(
    deviceName: "abc", environment: .sandbox, headers: [.topic: "com.example.app", .priority: "5"])

  private static func push(_ payload: String, topics: PushTopics? = nil) -> Push {
    Push(
      PushNotification(ticket: 1, place: "p", deviceToken: "ab", payload: Array(payload.utf8)), Self.envelope,
      topics: topics)
  }

  @Test func whatIsWrittenIsRead() throws {
    let payload = #"{"aps":{"alert":"é"}}"#
    try Self.push(payload).item(namesTopics: false).withUnsafeBytes { bytes in
      let item = try #require(PushItem(bytes))
      #expect(item.envelope == Self.envelope)
      #expect(item.envelope[.topic] == "com.example.app" && item.envelope[.id] == nil)
      #expect(Array(item.payload) == Array(payload.utf8))
      #expect(PushItem.payload(of: bytes).map { Array($0) } == Array(payload.utf8))
    }
  }

  /// They cost nothing where no plugin may write one.
  @Test(arguments: [
    PushTopics.apps(["com.example.app", "com.example.é"]), .listed(["com.example.app.voip"]), .apps([]),
  ])
  func theTopicsOfTheSenderAreThereWhereAPluginMayWriteOne(_ topics: PushTopics) throws {
    let push = Self.push("{}", topics: topics)
    let without = push.item(namesTopics: false)
    #expect(without == Self.push("{}").item(namesTopics: false))
    #expect(without.withUnsafeBytes { PushItem($0)?.topics } == nil)
    #expect(push.item(namesTopics: true).withUnsafeBytes { PushItem($0)?.topics } == topics)
  }

  /// A sender of whom nothing is known stays with the app that its push is for; a push for none has no topic at all.
  @Test func aSenderOfWhomNothingIsKnownHasTheTopicsOfItsApp() {
    var push = Self.push("{}")
    #expect(push.senderTopics == .apps([]))
    push.notification.isOfApp = true
    push.notification.headers.topic = "com.example.app.voip"
    #expect(push.senderTopics == .apps(["com.example.app"]))
    #expect(push.item(namesTopics: true).withUnsafeBytes { PushItem($0)?.topics } == push.senderTopics)
  }

  /// The ends of lines stand between values (RFC 8259 §2), and a worker reads one line.
  @Test func thePayloadIsOnOneLine() throws {
    let text = "{\n  \"aps\": {\r\n\"alert\": \"a\\nb\" }\n}"
    let push = Self.push(text)
    #expect(!push.payloadLine.contains { $0 == 0x0A || $0 == 0x0D })
    #expect(push.payloadLine.count == text.utf8.count)
    #expect(push.notification.payload == Array(text.utf8))
  }

  @Test(arguments: [true, false]) func whatIsCutOffIsNone(_ namesTopics: Bool) {
    let item = Self.push("{}", topics: .apps(["a", "b"])).item(namesTopics: namesTopics)
    let end = item.count - 2
    for count in 0..<end {
      #expect(item[..<count].withUnsafeBytes { PushItem($0) == nil && PushItem.payload(of: $0) == nil })
    }
    #expect(item[..<end].withUnsafeBytes { PushItem($0)?.payload.count } == 0)
  }

  @Test func aLengthBeyondTheEndIsNone() {
    let item: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF] + Array(repeating: 0, count: 100)
    #expect(item.withUnsafeBytes { PushItem($0) == nil && PushItem.payload(of: $0) == nil })
  }

  /// Bytes behind the topics belong to nothing.
  @Test func aHeadWithMoreThanItsPartsIsNone() {
    var item = Self.push("{}").item(namesTopics: false)
    item[0] += 1
    #expect(item.withUnsafeBytes { PushItem($0) } == nil)
  }
}
