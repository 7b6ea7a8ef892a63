import Digests
import NotificationModel

/// Notifications that were accepted together, as one row of the outbox's file has them.
///
/// One row for many is what makes accepting and draining cheap. What becomes of each stands elsewhere: a bit where it
/// has left the row, and a row of its own where it waits for another attempt or is dead.
package struct OutboxBatch {
  /// Makes an empty one.
  package init() {}

  /// The most notifications of a batch; tickets have ten bits for their place in it.
  package static let countLimit = 512
  /// The bytes beyond which a batch is full.
  package static let sizeLimit = 256 << 10

  /// The hashes of all names in it, eight bytes each, by which recalls find it.
  package private(set) var names: [UInt8] = []
  /// A sum of eight bytes, then each record behind its length.
  package private(set) var body = [UInt8](repeating: 0, count: 8)
  /// The number of notifications in it.
  package private(set) var count = 0

  /// A Boolean value that indicates whether nothing more is to be appended.
  package var isFull: Bool { count >= Self.countLimit || body.count >= Self.sizeLimit }

  /// Appends a notification's record and the hashes of its names.
  package mutating func append(_ notification: PushNotification) {
    count += 1
    notification.eachName { Self.append(StableHash.of($0), to: &names) }
    let start = body.count
    body.append(contentsOf: [0, 0, 0, 0])
    NotificationRecord.append(notification, to: &body)
    let length = UInt32(body.count - start - 4)
    for byte in 0..<4 { body[start + byte] = UInt8(truncatingIfNeeded: length >> UInt32(byte * 8)) }
  }

  /// Writes the sum, once nothing more is appended.
  package mutating func seal() {
    let sum = body.withUnsafeBytes { StableHash.sum(UnsafeRawBufferPointer(rebasing: $0[8...])) }
    for byte in 0..<8 { body[byte] = UInt8(truncatingIfNeeded: sum >> UInt64(byte * 8)) }
  }

  private static func append(_ hash: UInt64, to bytes: inout [UInt8]) {
    for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: hash >> UInt64(byte * 8))) }
  }

  /// One notification as a body of its own.
  package static func alone(_ notification: PushNotification) -> [UInt8] {
    var batch = OutboxBatch()
    batch.append(notification)
    batch.seal()
    return batch.body
  }

  // MARK: Reading

  /// The notification of a body that has one; nil where the bytes are not those that were written.
  package static func read(alone body: UnsafeRawBufferPointer, ticket: UInt64) -> PushNotification? {
    var notification = read(body, batch: 0)?.first
    notification?.ticket = ticket
    return notification
  }

  /// The ticket of a notification in a batch.
  package static func ticket(_ batch: Int64, _ index: Int) -> UInt64 { UInt64(batch) << 10 | UInt64(index) }
  /// The batch of a ticket.
  package static func batch(of ticket: UInt64) -> Int64 { Int64(ticket >> 10) }
  /// The place of a ticket in its batch.
  package static func index(of ticket: UInt64) -> Int { Int(ticket & 1023) }

  /// The notifications of a body for which `isWanted`; nil where the bytes are not those that were written.
  package static func read(
    _ body: UnsafeRawBufferPointer, batch: Int64, _ isWanted: (Int) -> Bool = { _ in true }
  ) -> [PushNotification]? {
    guard body.count >= 8 else { return nil }
    let records = UnsafeRawBufferPointer(rebasing: body[8...])
    guard UInt64(littleEndian: body.loadUnaligned(as: UInt64.self)) == StableHash.sum(records) else {
      return nil
    }
    var notifications: [PushNotification] = []
    var at = 0
    var index = 0
    while at + 4 <= records.count {
      let length = Int(
        UInt32(littleEndian: records.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
      at += 4
      guard length <= records.count - at else { return nil }
      if isWanted(index) {
        let record = UnsafeRawBufferPointer(rebasing: records[at..<at + length])
        guard let notification = NotificationRecord.read(record, ticket: ticket(batch, index)) else {
          return nil
        }
        notifications.append(notification)
      }
      at += length
      index += 1
    }
    return notifications
  }

  /// Returns a Boolean value that indicates whether one of the names has one of the hashes.
  package static func mayHave(_ hashes: Set<UInt64>, in names: UnsafeRawBufferPointer) -> Bool {
    var at = 0
    while at + 8 <= names.count {
      let hash = UInt64(littleEndian: names.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      if hashes.contains(hash) { return true }
      at += 8
    }
    return false
  }
}
