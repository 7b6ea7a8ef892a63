import NotificationModel
import OutboxRecords

/// The notifications that were given and are not in the file.
struct Incoming {
  /// The number of notifications from which on a commit has many.
  ///
  /// A sender that waits for each before the next is never slowed down.
  private static let manyCount = 16

  private(set) var notifications: [PushNotification] = []
  /// The bytes that they take in the file, at most.
  private(set) var size = 0
  /// A Boolean value that indicates whether the last commit had many.
  private(set) var hadMany = false

  /// The bytes that a notification takes, at most.
  static func size(_ notification: PushNotification) -> Int {
    notification.payload.count + notification.otherMembers.utf8.count + 512
  }

  var count: Int { notifications.count }
  var isEmpty: Bool { notifications.isEmpty }
  /// The bytes that the first takes; 0 where there is none.
  var firstSize: Int { notifications.first.map(Self.size) ?? 0 }
  /// A Boolean value that indicates whether there is enough for a batch.
  var isBatch: Bool { count >= OutboxBatch.countLimit || size >= OutboxBatch.sizeLimit }

  mutating func append(_ notification: PushNotification) {
    notifications.append(notification)
    size += Self.size(notification)
  }

  /// Returns how many, from the first on, fit into a number of bytes.
  func count(fitting bytes: Int) -> Int {
    if bytes >= size { return count }
    var left = bytes
    return notifications.firstIndex { notification in
      left -= Self.size(notification)
      return left < 0
    } ?? count
  }

  /// Removes those that a commit has written.
  ///
  /// - Returns: their bytes.
  mutating func removeFirst(_ taken: Int) -> Int {
    hadMany = taken >= Self.manyCount
    let bytes = notifications[..<taken].reduce(0) { $0 + Self.size($1) }
    if taken == count {
      notifications.removeAll(keepingCapacity: true)
    } else {
      notifications.removeFirst(taken)
    }
    size -= bytes
    return bytes
  }

  /// Removes one; false where it is not here.
  mutating func remove(_ ticket: UInt64) -> Bool {
    guard let index = notifications.firstIndex(where: { $0.ticket == ticket }) else { return false }
    size -= Self.size(notifications.remove(at: index))
    return true
  }

  /// Removes all of them.
  mutating func removeAll() -> [PushNotification] {
    defer { (notifications, size) = ([], 0) }
    return notifications
  }
}
