import NotificationModel
import Testing
import WorkerProtocol

/// A push in a batch: what is written is read, and no length of it is believed.
struct PushEnvelopeTests {
  private static let envelope = PushEnvelope(
    deviceName: "abc", environment: .sandbox, headers: [.topic: "com.example.app", .priority: "5"])

  private static func push(_ payload: String) -> Push {
    Push(
      PushNotification(ticket: 1, place: "p", deviceToken: "ab", payload: Array(payload.utf8)), Self.envelope)
  }

  @Test func whatIsWrittenIsRead() throws {
    let payload = #"{"aps":{"alert":"é"}}"#
    let read = try Self.push(payload).item.withUnsafeBytes { item in
      let (envelope, payload) = try #require(PushEnvelope.read(item: item))
      return (envelope, Array(payload))
    }
    #expect(read.0 == Self.envelope)
    #expect(read.0[.topic] == "com.example.app" && read.0[.id] == nil)
    #expect(read.1 == Array(payload.utf8))
  }

  /// The ends of lines stand between values (RFC 8259 §2), and a worker reads one line.
  @Test func thePayloadIsOnOneLine() throws {
    let text = "{\n  \"aps\": {\r\n\"alert\": \"a\\nb\" }\n}"
    let push = Self.push(text)
    #expect(!push.payloadLine.contains { $0 == 0x0A || $0 == 0x0D })
    #expect(push.payloadLine.count == text.utf8.count)
    #expect(push.notification.payload == Array(text.utf8))
  }

  @Test func whatIsCutOffIsNone() {
    let item = Self.push("{}").item
    let end = item.count - 2
    for count in 0..<end {
      #expect(item[..<count].withUnsafeBytes { PushEnvelope.read(item: $0) } == nil)
    }
    #expect(item[..<end].withUnsafeBytes { PushEnvelope.read(item: $0)?.payload.count } == 0)
  }

  @Test func aLengthBeyondTheEndIsNone() {
    let item: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF] + Array(repeating: 0, count: 100)
    #expect(item.withUnsafeBytes { PushEnvelope.read(item: $0) } == nil)
  }
}
