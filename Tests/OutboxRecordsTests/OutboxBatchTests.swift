import NotificationModel
import OutboxRecords
import Testing

/// The bytes of a row that has many notifications.
struct OutboxBatchTests {
  @Test func aBatchKnowsItsBytes() throws {
    var batch = OutboxBatch()
    for _ in 0..<10 {
      var notification = PushNotification(
        ticket: 0, place: "test:1", deviceToken: "ab01", payload: Array(#"{"aps":{"alert":"a"}}"#.utf8))
      notification.identifier = "m 🙂"
      batch.append(notification)
    }
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
}
