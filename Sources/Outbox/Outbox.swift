import Delivery
import Foundation
import GRDB
import Glibc
import NotificationModel

/// The delivery core's memory: what it has accepted reaches an end, though the process be killed at any moment.
///
/// Everything is in a file of SQLite. Nothing in it says that a notification is being delivered: what is at the sink is
/// known to this process alone, so that a process that dies leaves nothing to clean up. It is used from one thread.
package final class Outbox: DeliveryQueue {
  /// Where a process may be killed that tests want to see killed.
  package enum Point: String, Sendable, CaseIterable {
    case beforeCommit = "before-commit"
    case afterCommit = "after-commit"
    case afterSending = "after-sending"
    case afterAnswer = "after-answer"
    case beforeCheckpoint = "before-checkpoint"
    case afterCheckpoint = "after-checkpoint"
  }

  package var events = DeliveryQueueEvents()
  /// Called at each point, for tests.
  package var onPoint: (Point) -> Void = { _ in }

  /// Lets the file have no more than so many pages, for tests: SQLite answers then as on a full disk.
  package func limitPages(_ count: Int) throws {
    try file.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(count)") }
  }

  let options: OutboxOptions
  var file: OutboxFile
  let sink: (any NotificationSink)?
  let audit: AuditLog?
  let wallClock: () -> Int64
  private let lock: DeliveryLock?
  private var openingNotice: String?

  // What was given and is not in the file.
  var incoming: [PushNotification] = []
  var incomingSize = 0
  /// Whether the last commit had many notifications.
  var isBusy = false
  /// From how many notifications on a commit has many: whoever waits for each before the next is never slowed down.
  static let busyCount = 16
  var newRecalls: [String] = []
  /// What has changed since the last commit.
  var changes = Changes()
  /// What recalls have found that are not in the file yet.
  var findings: [String: RecallFindings] = [:]
  var auditHasFailed = false
  /// When it is to be committed, by the clock of `turn`.
  var commitAt = Int64.max
  /// The last moment that `turn` or `take` was told of.
  var now: Int64 = 0

  // What is in memory of what is in the file.
  var batches: [Int64: LoadedBatch] = [:]
  /// By class: what may be given to the sink, in order.
  var ready = [ParcelQueue(), ParcelQueue()]
  /// By class: the last batch that was loaded, and whether there may be others behind it.
  var cursors: [Int64] = [0, 0]
  var hasBacklog = [true, true]
  /// Those whose turn has come since the one before them of their device token ended.
  var next = ParcelQueue()
  var atSink: [UInt64: Parcel] = [:]
  /// The device tokens of what is at the sink.
  var busy: Set<UInt64> = []
  /// What waits for them, in order.
  var parked: [UInt64: [Parcel]] = [:]
  var parkedCount = 0
  /// The device tokens of what waits in the file.
  var heldTokens = CountingFilter()
  var lanes: [String: LaneState] = [:]
  /// When the first of what waits in the file is due, in milliseconds since 1970.
  var nextHeldDue: Int64 = 0
  var turnsOfClasses = 0

  var recalled = HashFilter()
  var lastRecall: Int64 = 0
  /// How many notifications the sink has that each recall has found there.
  var underWay: [String: Int] = [:]
  /// The batch up to which the file says that notifications may have been given to the sink; 0 where it says nothing.
  var givenUpTo: Int64 = 0
  /// The batch up to which notifications may have been sent by a process that was killed.
  var uncertainUpTo: Int64 = 0
  /// The due time up to which rows may have been.
  var uncertainDue: Int64 = 0
  /// Whether some may be behind others that are gone.
  var looksForStragglers = true
  /// Whether rows may be due too far in the future.
  var looksForFuture = false
  var lastWall: Int64 = 0
  var turnsOfLanes = 0
  var turnsOfHeld = 0
  /// Whether the sink had room at the last look.
  var hadRoom = true
  var dataVersion: Int64 = -1
  var lastEvent: Int64 = 0
  /// The last event that has a line in the audit.
  var writtenEvent: Int64 = 0

  // How it goes.
  var isFull = false
  /// The bytes that notifications fill in the file, as far as is known.
  var usedSize = 0
  var failure: OutboxError?
  private var retriesAt: Int64 = 0
  private var polledAt: Int64 = 0
  var sweptAt: Int64 = 0
  private var syncedAt: Int64 = 0
  private var lingersUntil = Int64.max
  private var toldFailures: [String: Int64] = [:]
  var givesNothing = false
  /// Whether what comes back from the sink is left for another run.
  var isClosing = false
  private var isBroken = false

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - sink: nil to accept only, for another process or another time to deliver.
  ///   - wallClock: milliseconds since 1970.
  /// - Throws: ``OutboxError``, also where another process delivers from the file.
  package init(
    _ path: String, _ options: OutboxOptions, sink: (any NotificationSink)?, audit: AuditLog?,
    wallClock: @escaping () -> Int64 = { Timestamp.now }
  ) throws(OutboxError) {
    let path = OutboxFile.resolved(path)
    self.options = options
    self.sink = sink
    // Who delivers numbers the events, and no other.
    self.audit = sink == nil ? nil : audit
    self.wallClock = wallClock
    try OutboxFile.refuseOtherKinds(path)
    guard OutboxFile.mayBeOne(path) else {
      throw OutboxError(.other, "'\(path)' is no outbox; choose another path")
    }
    lock = sink == nil ? nil : try DeliveryLock(path)
    if sink != nil, lock == nil {
      throw OutboxError(
        .busy,
        "'\(path)': another process delivers from it; let that one end, or leave --sink out to add to it")
    }
    // Only who has the lease sets a file aside: another may be at work on it.
    if lock == nil, OutboxRescue.isMarked(path) {
      throw OutboxError(
        .busy, "'\(path)' is damaged; start a run with --sink, which takes over what can be read of it")
    }
    if OutboxRescue.isMarked(path), lock != nil { openingNotice = try OutboxRescue.run(path) }
    do throws(OutboxError) {
      file = try OutboxFile(path)
      try begin()
    } catch  where error.kind == .corrupt && lock != nil {
      openingNotice = try OutboxRescue.run(path)
      file = try OutboxFile(path)
      try begin()
    }
  }

  /// A notification's batch that is in memory.
  struct LoadedBatch {
    var count: Int
    var left: Int
    /// A bit for each notification that has left the batch.
    var gone: [UInt8]

    /// - Parameter known: what the file has of them.
    init(count: Int, gone known: Data?) {
      self.count = count
      gone = [UInt8](repeating: 0, count: (count + 7) / 8)
      for (place, byte) in (known ?? Data()).enumerated() where place < gone.count { gone[place] = byte }
      left = count - gone.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    /// Writes down which have left; a batch that nothing is left of goes.
    func write(_ database: Database, _ id: Int64) throws {
      if left == 0 {
        try database.cachedStatement(sql: "DELETE FROM batch WHERE id = ?").execute(arguments: [id])
        try database.cachedStatement(sql: "DELETE FROM progress WHERE batch = ?").execute(arguments: [id])
      } else {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO progress (batch, gone) VALUES (?, ?)")
          .execute(arguments: [id, Data(gone)])
      }
    }

    mutating func leave(_ index: Int) {
      guard gone[index >> 3] & 1 << UInt8(index & 7) == 0 else { return }
      gone[index >> 3] |= 1 << UInt8(index & 7)
      left -= 1
    }

    static func isGone(_ index: Int, _ gone: [UInt8]) -> Bool {
      gone.indices.contains(index >> 3) && gone[index >> 3] & 1 << UInt8(index & 7) != 0
    }
  }

  /// What nobody takes until somebody mends something.
  struct LaneState {
    /// When one is tried, in milliseconds since 1970; nil where the lane is open.
    var triesAt: Int64?
    var delay: Int64 = 0
    /// From which due time on the file is looked through; 0 is from the front.
    var from: Int64 = 0
  }

  // MARK: DeliveryQueue

  package var descriptor: Int32 { sink?.descriptor ?? -1 }

  package var room: Int {
    isFull || failure != nil || isBroken || incomingSize >= 4 << 20 || newRecalls.count > 20_000
      ? 0 : max(8192 - incoming.count, 0)
  }

  package var pending: Int {
    if isBroken { return 0 }
    // What cannot be written down when the run ends is not waited for: ``close()`` gives it back.
    let isLost = givesNothing && (isFull || failure != nil)
    let unsaved = isLost ? 0 : incoming.count + newRecalls.count + (changes.isQuiet ? 0 : 1)
    guard sink != nil else { return unsaved }
    if givesNothing { return unsaved + atSink.count }
    if options.staysOpen { return unsaved + atSink.count + 1 }
    let isDueSoon = nextHeldDue < lingersUntil
    return unsaved + atSink.count + next.count + ready[0].count + ready[1].count + parkedCount
      + (hasBacklog[0] || hasBacklog[1] || isDueSoon ? 1 : 0)
  }

  package func take(_ notification: PushNotification, now: Int64) {
    var notification = notification
    // Whatever replaces it one day has to find it.
    if case .replace = options.recallOfSent, notification.headers.collapseID == nil {
      notification.headers.collapseID = notification.apnsID
    }
    incoming.append(notification)
    incomingSize += Self.size(notification)
    self.now = max(self.now, now)
    commitSoon(isBusy ? options.busyCommitDelay : options.commitDelay)
  }

  package func withdraw(_ name: String) {
    newRecalls.append(name)
    commitSoon(options.commitDelay)
  }

  @discardableResult
  package func turn(now: Int64) -> Int64? {
    if isBroken { return nil }
    self.now = max(self.now, now)
    if let notice = openingNotice {
      openingNotice = nil
      events.notice(notice)
    }
    if let sink {
      let reports = sink.takeReports()
      if !reports.isEmpty {
        onPoint(.afterAnswer)
        let wall = wallClock()
        for report in reports { take(report, wall) }
      }
      for notice in sink.takeNotices() { events.notice(notice) }
    }
    if now - polledAt > 200_000_000, failure == nil || now >= retriesAt {
      polledAt = now
      attempt(now) { () throws(OutboxError) in try look(now) }
    }
    if failure == nil || now >= retriesAt { save(now) }
    if sink != nil, failure == nil, !givesNothing {
      attempt(now) { () throws(OutboxError) in
        try load()
        try give(now)
      }
    }
    if changes.count >= 2000 { commitAt = 0 }
    if failure == nil, now >= commitAt { save(now) }
    return wait(now)
  }

  /// The nanoseconds until there is something to do.
  private func wait(_ now: Int64) -> Int64? {
    if failure != nil { return max(retriesAt - now, 1_000_000) }
    var wait: Int64 = 200_000_000
    if commitAt < .max { wait = min(wait, max(commitAt - now, 0)) }
    if sink != nil, !givesNothing, hadRoom, nextHeldDue < .max {
      // Bounded before it is multiplied: a peer may wish for any time.
      wait = min(wait, min(max(nextHeldDue - wallClock(), 1), 1000) * 1_000_000)
    }
    return wait
  }

  package func inputEnded(now: Int64) {
    lingersUntil = wallClock() + options.lingersFor.milliseconds
    commitAt = 0
  }

  package func stopRetrying() {
    givesNothing = true
    commitAt = 0
  }

  package func abandon() { close() }

  package func close() {
    if isBroken, incoming.isEmpty { return }
    givesNothing = true
    closeSink()
    if !isBroken {
      settleAudit()
      commitAt = 0
      save(0)
      if failure == nil { endCleanly() }
    }
    isBroken = true
    // What was read and is in no file goes to whoever can keep it.
    let cause =
      failure?.description
      ?? (isFull
        ? "'\(file.path)': there is no room that outbox.free leaves; make some" : "the outbox was given up")
    let why = DeliveryFailure("NotKept", "\(cause); it is not in the outbox")
    let left = incoming
    incoming.removeAll()
    incomingSize = 0
    for notification in left { events.ended(notification, .undelivered(why), 0) }
    if !newRecalls.isEmpty {
      events.notice("\(file.path): recalls (\(newRecalls.count)) are not in the outbox; recall them again")
    }
  }

  private func closeSink() {
    guard let sink else { return }
    isClosing = true
    sink.close()
    let wall = wallClock()
    for report in sink.takeReports() { take(report, wall) }
    for notice in sink.takeNotices() { events.notice(notice) }
  }

  package var waiting: Int? {
    do throws(OutboxError) {
      return try file.read { database in try OutboxFile.waiting(database) }
    } catch {
      events.notice("\(error); how many notifications wait is not known")
      return nil
    }
  }

  // MARK: Time

  /// Lets the next commit be within a time.
  func commitSoon(_ delay: Duration) {
    commitAt = min(commitAt, now + delay.nanoseconds)
    if incoming.count >= OutboxBatch.countLimit || incomingSize >= OutboxBatch.sizeLimit { commitAt = 0 }
  }

  private func save(_ now: Int64) {
    guard now >= commitAt || failure != nil || now == 0 else { return }
    attempt(now) { () throws(OutboxError) in
      try commit(isTrial: failure != nil)
      failure = nil
      // A recall that has found more than fits goes on at once; what the disk has no room for waits for some.
      commitAt = newRecalls.isEmpty ? .max : 0
    }
  }

  /// Does something that the file may refuse: then nothing more is taken or given, and it is tried again.
  private func attempt(_ now: Int64, _ body: () throws(OutboxError) -> Void) {
    do throws(OutboxError) {
      let wasFailing = failure
      try body()
      if let wasFailing, failure == nil, wasFailing.kind != .corrupt {
        events.notice("\(file.path): the outbox goes on")
      }
    } catch {
      // What goes on for hours is worth a line a minute.
      if now >= toldFailures[error.description] ?? .min, error.kind != .corrupt {
        toldFailures[error.description] = now + 60_000_000_000
        events.notice("\(error); nothing is lost, and it is tried again")
      }
      failure = error
      retriesAt = now + 1_000_000_000
      commitAt = min(commitAt, retriesAt)
      if error.kind == .corrupt {
        OutboxRescue.mark(file.path)
        isClosing = true
        events.failed(
          "\(error); start again: it is set aside then, and what can be read of it is taken over")
      }
    }
  }

  /// Looks at what other processes have done, and at what is too old.
  private func look(_ now: Int64) throws(OutboxError) {
    let version = try file.dataVersion()
    if version != dataVersion {
      dataVersion = 0
      try noticeOthers()
      if dataVersion != -1 { dataVersion = version }
    }
    if now - syncedAt > 1_000_000_000 {
      syncedAt = now
      if auditHasFailed { try catchUpAudit() }
      settleAudit()
      try checkRoom()
    }
    if now - sweptAt > 5_000_000_000 {
      sweptAt = now
      try sweep()
    }
    if file.logSize > options.checkpointSize {
      onPoint(.beforeCheckpoint)
      try file.checkpoint()
      onPoint(.afterCheckpoint)
    }
  }

  /// Puts the audit on the disk, and forgets the events that are there.
  private func settleAudit() {
    // Of half a line on a full disk nothing is settled.
    guard let audit, !auditHasFailed, changes.settledEvent < writtenEvent else { return }
    guard let place = audit.sync() else { return }
    changes.settledEvent = writtenEvent
    changes.settledPlace = place
  }
}
