import Delivery
import Foundation
import NotificationModel
import Outbox
import Testing

/// The bytes of notifications in the file.
struct NotificationRecordTests {
  private static var full: OutgoingNotification {
    var full = OutgoingNotification(
      ticket: 7, place: "in.ndjson:12", deviceToken: "AB01", payload: Array(#"{"aps":{"alert":"a"}}"#.utf8))
    full.identifier = "m 🙂"
    full.aliases = ["one", "two", ""]
    full.environment = .sandbox
    full.topic = "com.example.app"
    full.pushType = "background"
    full.priority = "5"
    full.expiration = "1800000000"
    full.collapseID = "c"
    full.breach = "a breach"
    full.isOfRecall = true
    return full
  }

  private static func bytes(_ notification: OutgoingNotification) -> [UInt8] {
    var bytes: [UInt8] = []
    NotificationRecord.append(notification, to: &bytes)
    return bytes
  }

  private static func read(_ bytes: some Collection<UInt8>, ticket: UInt64 = 7) -> OutgoingNotification? {
    Array(bytes).withUnsafeBytes { NotificationRecord.read($0, ticket: ticket) }
  }

  @Test func everyPartComesBack() throws {
    let full = Self.full
    let read = try #require(Self.read(Self.bytes(full)))
    #expect(read.ticket == 7 && read.place == full.place && read.deviceToken == "AB01")
    #expect(
      read.identifier == full.identifier && read.aliases == full.aliases && read.environment == .sandbox)
    #expect(read.topic == full.topic && read.pushType == "background" && read.priority == "5")
    #expect(read.expiration == full.expiration && read.collapseID == "c" && read.apnsID == full.apnsID)
    #expect(read.breach == "a breach" && read.isOfRecall && read.payload == full.payload)
  }

  @Test func whatIsAbsentStaysAbsent() throws {
    let bare = OutgoingNotification(ticket: 1, place: "", deviceToken: nil, payload: [])
    let read = try #require(Self.read(Self.bytes(bare)))
    #expect(read.deviceToken == nil && read.topic == nil && read.priority == nil && read.collapseID == nil)
    #expect(!read.isOfRecall && read.pushType == "alert")
  }

  @Test func theLineIsKeptWhereItCannotBeMadeAgain() throws {
    var document = JSONDocument(depthLimit: 20)
    let line = Array(#"{"aps":{"alert":"a"},"x":1.50}"#.utf8)
    let notification = try #require(
      line.withUnsafeBytes { OutgoingNotification($0, ticket: 1, place: "p", &document) })
    #expect(try #require(Self.read(Self.bytes(notification))).retained == line)
  }

  @Test func halfARecordIsNone() {
    let bytes = Self.bytes(Self.full)
    for count in 0..<bytes.count { #expect(Self.read(bytes[..<count]) == nil, "\(count) bytes") }
  }

  @Test func noBytesCrashTheReader() {
    var random = SeededGenerator(seed: 3)
    let bytes = Self.bytes(Self.full)
    for _ in 0..<20_000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = Self.read(changed)
    }
  }

  @Test func aBatchKnowsItsBytes() throws {
    var batch = OutboxBatch()
    for _ in 0..<10 { batch.append(Self.full) }
    batch.seal()
    let found = try #require(batch.body.withUnsafeBytes { OutboxBatch.read($0, batch: 3) })
    #expect(found.map(\.ticket) == (0..<10).map { OutboxBatch.ticket(3, $0) })
    #expect(batch.body.withUnsafeBytes { OutboxBatch.read($0, batch: 3) { $0 == 4 } }?.count == 1)
    for place in stride(from: 0, to: batch.body.count, by: 7) {
      var changed = batch.body
      changed[place] ^= 0x10
      #expect(changed.withUnsafeBytes { OutboxBatch.read($0, batch: 3) } == nil, "byte \(place)")
    }
  }

  @Test func hashesAreTheSameForEver() {
    // They stand in files: another value loses every recall that is in one.
    #expect(StableHash.of("") == StableHash.of(""))
    #expect(Set((0..<100_000).map { StableHash.of("name \($0)") }).count == 100_000)
    #expect(StableHash.of("a") != StableHash.of("a", 1))
    #expect(StableHash.of("order-17") == 1_054_463_366_912_695_518)
  }
}
