import Foundation
import LosslessJSON
import NotificationModel
import OutboxRecords
import Testing

/// The bytes of notifications in the file.
struct NotificationRecordTests {
  private static var full: PushNotification {
    var full = PushNotification(
      ticket: 7, place: "in.ndjson:12", deviceToken: "AB01", payload: Array(#"{"aps":{"alert":"a"}}"#.utf8))
    full.identifier = "m 🙂"
    full.aliases = ["one", "two", ""]
    full.environment = .sandbox
    full.headers.topic = "com.example.app"
    full.headers.pushType = "background"
    full.headers.priority = "5"
    full.headers.expiration = "1800000000"
    full.headers.collapseID = "c"
    full.headers.breach = "a breach"
    full.isOfRecall = true
    return full
  }

  private static func bytes(_ notification: PushNotification) -> [UInt8] {
    var bytes: [UInt8] = []
    NotificationRecord.append(notification, to: &bytes)
    return bytes
  }

  private static func read(_ bytes: some Collection<UInt8>, ticket: UInt64 = 7) -> PushNotification? {
    Array(bytes).withUnsafeBytes { NotificationRecord.read($0, ticket: ticket) }
  }

  @Test func everyPartComesBack() throws {
    let full = Self.full
    let read = try #require(Self.read(Self.bytes(full)))
    #expect(read.ticket == 7 && read.place == full.place && read.deviceToken == "AB01")
    #expect(
      read.identifier == full.identifier && read.aliases == full.aliases && read.environment == .sandbox)
    #expect(
      read.headers.topic == full.headers.topic && read.headers.pushType == "background"
        && read.headers.priority == "5")
    #expect(
      read.headers.expiration == full.headers.expiration && read.headers.collapseID == "c"
        && read.apnsID == full.apnsID)
    #expect(read.headers.breach == "a breach" && read.isOfRecall && read.payload == full.payload)
  }

  /// A plugin has given it the topic of another app, and its names stay those of its sender's.
  @Test func theAppOfTheSenderComesBack() throws {
    var push = Self.full
    push.isOfApp = true
    push.isOfRecall = false
    push.senderApp = "com.example.sender"
    let read = try #require(Self.read(Self.bytes(push)))
    #expect(read.app == "com.example.sender" && read.headers.topic == "com.example.app")
    #expect(read.names == push.names)
    // Half of it is none.
    #expect(Self.read(Self.bytes(push).dropLast()) == nil)
  }

  /// What came through no generation has the bytes that it had before there were any.
  @Test(arguments: [nil, "com.example.sender"] as [String?])
  func theGenerationComesBack(_ senderApp: String?) throws {
    var push = Self.full
    push.senderApp = senderApp
    let before = Self.bytes(push)
    #expect(Self.read(before)?.generation == nil)
    let mark = GenerationMark(number: 7, digest: 0x09C3_E5D1_A7B2_4F60)
    push.generation = mark
    let bytes = Self.bytes(push)
    let read = try #require(Self.read(bytes))
    #expect(read.generation == mark && mark.digestText == "09c3e5d1a7b24f60")
    #expect(read.senderApp == senderApp && read.headers.others == push.headers.others)
    // Twelve bytes at the end, and the bit that says so: a program that knows of none reads all before them.
    #expect(bytes.count == before.count + 12 && bytes[3..<before.count] == before[3...])
    #expect(bytes[2] == before[2] | 16)
    for count in before.count..<bytes.count { #expect(Self.read(bytes.prefix(count)) == nil) }
  }

  @Test func whatIsAbsentStaysAbsent() throws {
    let bare = PushNotification(ticket: 1, place: "", deviceToken: nil, payload: [])
    let read = try #require(Self.read(Self.bytes(bare)))
    #expect(
      read.deviceToken == nil && read.headers.topic == nil && read.headers.priority == nil
        && read.headers.collapseID == nil)
    #expect(!read.isOfRecall && read.headers.pushType == "alert")
  }

  @Test func theEnvelopeIsKept() throws {
    var document = JSONDocument(depthLimit: 20)
    for line in [
      #"{"aps":{"alert":"a"},"x":1.50}"#,
      #"{"id":"m","x":[1.50],"payload":{"aps":{}},"headers":{"x-trace":"t"},"device_token":"ab"}"#,
    ] {
      let notification = try #require(
        Array(line.utf8).withUnsafeBytes { PushNotification($0, ticket: 7, place: "p", &document) })
      let read = try #require(Self.read(Self.bytes(notification)))
      #expect(read.envelope == notification.envelope)
      #expect(
        read.otherMembers == notification.otherMembers && read.headers.others == notification.headers.others)
    }
  }

  /// The record of `{"id":"m1","headers":{"apns-collapse-id":"chat-7",…},…}` as version 0.1.0 writes it.
  @Test(arguments: [
    ("chat-7", "chat-7", ["m1", "9"], "m1"), ("m1", nil, ["9"], "m1"), ("chat-7", "chat-7", ["9"], "9"),
  ])
  func theSendersIDOfAnOlderRecordIsRestored(
    _ identifier: String, _ collapseID: String?, _ aliases: [String], _ expected: String
  ) throws {
    var bytes: [UInt8] = [1, collapseID == nil ? 0b0000_0001 : 0b0010_0001, 0]
    func append(_ text: String) {
      bytes += withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian) { Array($0) } + Array(text.utf8)
    }
    for text in ["in.ndjson:1", identifier, "alert", "0f6f1d5e-0000-4000-8000-000000000000", "ab01"] {
      append(text)
    }
    if let collapseID { append(collapseID) }
    bytes += [UInt8(aliases.count), 0, 0, 0]
    for alias in aliases { append(alias) }
    append(#"{"aps":{"alert":"a"},"rc":{"id":9}}"#)
    append("")
    let read = try #require(Self.read(bytes))
    let retained = try #require(JSONSerialization.jsonObject(with: Data(read.envelope)) as? [String: Any])
    #expect(retained["id"] as? String == expected)
    var document = JSONDocument(depthLimit: 20)
    let again = try #require(
      read.envelope.withUnsafeBytes { PushNotification($0, ticket: 7, place: "p", &document) })
    #expect(again.identifier == identifier && Set(again.names).isSuperset(of: read.names))
  }

  @Test func halfARecordIsNone() {
    let bytes = Self.bytes(Self.full)
    for count in 0..<bytes.count { #expect(Self.read(bytes[..<count]) == nil, "\(count) bytes") }
  }

  @Test func noBytesCrashTheReader() {
    var random = RandomSource(seed: 3)
    let bytes = Self.bytes(Self.full)
    for _ in 0..<20_000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = Self.read(changed)
    }
  }
}
