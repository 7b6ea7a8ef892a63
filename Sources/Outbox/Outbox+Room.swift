import Delivery
import NotificationModel

/// Room for what comes in: in the file (`outbox.size`), and on its disk (`outbox.free`).
extension Outbox {
  /// The bytes that a commit may write beside its notifications: pages of tables and indexes.
  private static let commitPrice = 24 * 16384
  /// The bytes of the log from which on it is given back to a disk that has little room.
  private static let smallLog = 256 << 10

  /// The bytes that a notification takes, at most.
  static func size(_ notification: PushNotification) -> Int {
    notification.payload.count + notification.otherMembers.utf8.count + 512
  }

  /// The bytes of notifications that the disk has room for.
  ///
  /// Each is written twice: to the log, and with the log to the file. What is in the log now has the second yet to come.
  private var diskRoom: Int {
    if options.freeLimit == 0 { return .max }
    return (OutboxFile.free(file.path) - options.freeLimit - file.logSize) / 2 - Self.commitPrice
  }

  /// The bytes of notifications that the file may still have.
  private var fileRoom: Int {
    // What was read when a run is stopped is accepted rather than given back, where the disk allows that.
    if givesNothing { return .max }
    let left = options.sizeLimit - usedSize
    // The next one fits wherever anything does: one that is larger than all that is left would wait for ever.
    return left > 0 ? max(left, incoming.first.map(Self.size) ?? 0) : left
  }

  /// Returns how many of the notifications that came in there is room for, in their order.
  func fitting() throws(OutboxError) -> Int {
    guard !incoming.isEmpty, !isFull || givesNothing else { return 0 }
    if diskRoom < incomingSize, file.logSize > 0 { try file.removeLog() }
    let (disk, file) = (diskRoom, fileRoom)
    var left = min(disk, file)
    if left >= incomingSize { return incoming.count }
    let count =
      incoming.firstIndex { notification in
        left -= Self.size(notification)
        return left < 0
      } ?? incoming.count
    if count < incoming.count { setFull(file: file <= disk, disk: disk < file) }
    return count
  }

  /// Looks whether there is room, also for what was deleted or moved in the meantime.
  func checkRoom() throws(OutboxError) {
    usedSize = try file.used()
    let next = incoming.first.map(Self.size) ?? 0
    if diskRoom < next, file.logSize > Self.smallLog { try file.removeLog() }
    // A file that was full takes more once a part of it is free, and not for each notification that leaves.
    let wanted = isFull ? max(next, options.sizeLimit / 16) : next
    setFull(file: fileRoom < wanted, disk: diskRoom < next)
    if !isFull, !incoming.isEmpty { commitAt = 0 }
  }

  private func setFull(file isFileFull: Bool, disk isDiskFull: Bool) {
    let wasFull = isFull
    isFull = isFileFull || isDiskFull
    if isFull, !wasFull {
      let free = OutboxFile.free(file.path) >> 20
      events.notice(
        isFileFull
          ? "\(file.path): the outbox is full (outbox.size: \(options.sizeLimit >> 20) MiB); the input waits until some is delivered"
          : "\(file.path): its disk has \(free) MiB free, of which outbox.free keeps \(options.freeLimit >> 20) MiB; the"
            + " input waits until there is more")
    } else if wasFull, !isFull {
      events.notice("\(file.path): there is room again")
    }
  }
}
