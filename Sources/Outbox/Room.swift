/// Room for what comes in: in the file (`outbox.size`), and on its disk (`outbox.free`).
struct Room {
  /// The bytes that a commit may write beside its notifications: pages of tables and indexes.
  private static let commitPrice = 24 * 16384
  /// The bytes of the log from which on it is given back to a disk that has little room.
  private static let smallLog = 256 << 10

  private let file: OutboxFile
  private let options: OutboxOptions
  private let listeners: QueueListeners
  private(set) var isFull = false
  /// A Boolean value that indicates whether all that was read is to be accepted, where the disk allows that: a run that is
  /// stopped gives back nothing for the limit's sake.
  var takesAll = false
  /// The bytes that notifications fill in the file, as far as is known.
  private var used = 0

  init(_ core: OutboxCore) { (file, options, listeners) = (core.file, core.options, core.listeners) }

  /// The bytes of notifications that the disk has room for.
  ///
  /// Each is written twice: to the log, and with the log to the file. What is in the log now has the second yet to come.
  private var diskRoom: Int {
    if options.freeLimit == 0 { return .max }
    return (OutboxFile.free(file.path) - options.freeLimit - file.logSize) / 2 - Self.commitPrice
  }

  /// Returns the bytes of notifications that the file may still have.
  private func fileRoom(_ incoming: Incoming) -> Int {
    if takesAll { return .max }
    let left = options.sizeLimit - used
    // The next one fits wherever anything does: one that is larger than all that is left would wait for ever.
    return left > 0 ? max(left, incoming.firstSize) : left
  }

  /// Notes that bytes were written.
  mutating func use(_ bytes: Int) { used += bytes }

  /// Returns how many of the notifications that came in there is room for, in their order.
  mutating func fitting(_ incoming: Incoming) throws(OutboxError) -> Int {
    guard !incoming.isEmpty, !isFull || takesAll else { return 0 }
    if diskRoom < incoming.size, file.logSize > 0 { try file.removeLog() }
    let (disk, file) = (diskRoom, fileRoom(incoming))
    let count = incoming.count(fitting: min(disk, file))
    if count < incoming.count { setFull(file: file <= disk, disk: disk < file) }
    return count
  }

  /// Looks whether there is room, also for what was deleted or moved in the meantime.
  mutating func check(_ incoming: Incoming) throws(OutboxError) {
    used = try file.used()
    let next = incoming.firstSize
    if diskRoom < next, file.logSize > Self.smallLog { try file.removeLog() }
    // What was full takes more once a part of it is free, and not for each notification that leaves.
    let (file, disk) = isFull ? (options.sizeLimit / 16, options.freeLimit / 16) : (0, 0)
    setFull(file: fileRoom(incoming) < max(next, file), disk: diskRoom < max(next, disk))
  }

  private mutating func setFull(file isFileFull: Bool, disk isDiskFull: Bool) {
    let wasFull = isFull
    isFull = isFileFull || isDiskFull
    if isFull, !wasFull {
      let free = OutboxFile.free(file.path) >> 20
      listeners.notice(
        isFileFull
          ? "\(file.path): the outbox is full (outbox.size: \(options.sizeLimit >> 20) MiB); nothing more is accepted until some is delivered"
          : "\(file.path): its disk has \(free) MiB free, of which outbox.free keeps \(options.freeLimit >> 20) MiB;"
            + " nothing more is accepted until there is room")
    } else if wasFull, !isFull {
      listeners.notice("\(file.path): there is room again")
    }
  }
}
