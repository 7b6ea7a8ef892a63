import Delivery
import EventLoop
import GRDB
import NotificationModel

/// The durable queue: what it has accepted reaches an end, though the process be killed at any moment.
///
/// Everything is in a file of SQLite. Nothing in it says that a notification is being delivered: what is at the sink is
/// known to this process alone, so that a process that dies leaves nothing to clean up. It is used from one thread.
package final class Outbox: DeliveryQueue {
  /// The state of the outbox.
  private enum Phase {
    /// It gives the sink what there is.
    case open
    /// Its file is damaged: what comes back from the sink is left for another run.
    case damaged
    /// It gives the sink nothing more, and waits for what is there.
    case stopping
    /// Notifications that come back from the sink are left for another run.
    case closing
    case closed

    var gives: Bool { self == .open || self == .damaged }
  }

  /// The most recalls that may wait for a commit.
  private static let recallLimit = 20_000
  /// The most bytes that may wait for a commit.
  private static let incomingLimit = 4 << 20
  /// The most notifications that may.
  private static let countLimit = 8192
  /// The most changes that are written down at once.
  private static let changeLimit = 2000

  /// The hooks by which tests and metrics watch an outbox.
  package let hooks: OutboxHooks
  private let options: OutboxOptions
  private let sink: (any NotificationSink)?
  private let reactor: Reactor
  private lazy var turns = reactor.timer { [unowned self] in turn() }
  private let wallClock: () -> Int64
  private let listeners = QueueListeners()
  private let opening: OutboxOpening
  private let parts: OutboxParts
  private var incoming = Incoming()
  private var space: Room
  private var phase = Phase.open
  private var health = Health()
  private var isOpeningReported = false
  /// A Boolean value that indicates whether the sink had room at the last look.
  private var hadRoom = true
  /// Until when a run goes on for what waits to be tried again.
  private var lingersUntil = Due.never
  private var polling = Interval(.milliseconds(200))
  private var settling = Interval(.seconds(1))
  private var sweeping = Interval(.seconds(5))

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - sink: nil to accept only, for another process or another time to deliver.
  ///   - wallClock: milliseconds since 1970.
  /// - Throws: ``OutboxError``, also where another process delivers from the file.
  package init(
    _ path: String, _ options: OutboxOptions, sink: (any NotificationSink)?, audit: AuditLog?,
    on reactor: Reactor, wallClock: @escaping () -> Int64 = { Timestamp.now }
  ) throws(OutboxError) {
    self.options = options
    self.sink = sink
    self.reactor = reactor
    self.wallClock = wallClock
    opening = try OutboxOpening(
      OutboxFile.resolved(path), options, isDelivering: sink != nil, audit: audit, wallClock(), listeners)
    parts = opening.parts
    space = Room(parts.core)
    hooks = OutboxHooks(parts.core.file)
    sink?.events.reported = { [weak self] in self?.take($0) }
    sink?.events.notice = { [weak self] in self?.listeners.notice($0) }
    wake()
  }

  private var core: OutboxCore { parts.core }
  private var file: OutboxFile { core.file }
  private var journal: Journal { core.journal }
  private var machine: EntryMachine { core.machine }
  private var recalls: Recalls { core.recalls }

  // MARK: DeliveryQueue

  package var events: DeliveryQueueEvents {
    get { listeners.events }
    set { listeners.events = newValue }
  }

  package var room: Int {
    let isShut =
      space.isFull || health.failure != nil || phase == .closed || incoming.size >= Self.incomingLimit
      || recalls.new.count > Self.recallLimit
    return isShut ? 0 : max(Self.countLimit - incoming.count, 0)
  }

  package var pending: Int {
    if phase == .closed { return 0 }
    guard sink != nil else { return unsaved }
    if !phase.gives { return unsaved + machine.sinkCount }
    if options.staysOpen { return unsaved + machine.sinkCount + 1 }
    let isMore = parts.backlog.mayHaveMore || core.lanes.due < lingersUntil
    return unsaved + machine.sinkCount + machine.waitingCount + (isMore ? 1 : 0)
  }

  /// The number of changes that are to be written down.
  private var unsaved: Int {
    // What cannot be written down when the run ends is not waited for: ``close()`` gives it back.
    if !phase.gives, space.isFull || health.failure != nil { return 0 }
    return incoming.count + recalls.new.count + (journal.isQuiet ? 0 : 1)
  }

  package var waiting: Int? {
    do throws(OutboxError) {
      return try file.read { try OutboxFile.waiting($0) }
    } catch {
      listeners.notice("\(error); how many notifications wait is not known")
      return nil
    }
  }

  /// Reads the identities of repeats that are remembered; nil where none are.
  package func repeats() throws(OutboxError) -> RepeatRecord? {
    guard let time = options.keepsRepeatsFor else { return nil }
    return try file.read { try RepeatTable.read(since: wallClock() - time.milliseconds, $0) }
  }

  package func take(_ notification: PushNotification) {
    var notification = notification
    // Whatever replaces it one day has to find it.
    if case .replace = options.recallOfSent, notification.headers.collapseID == nil {
      notification.headers.collapseID = notification.apnsID
    }
    incoming.append(notification)
    journal.schedule.note(reactor.now)
    journal.schedule.commit(within: incoming.hadMany ? options.busyCommitDelay : options.commitDelay)
    if incoming.isBatch { journal.schedule.commitAtOnce() }
    // What comes in one turn is looked at together.
    if incoming.count == 1 || incoming.isBatch { wake() }
  }

  package func withdraw(_ names: [String], for ticket: UInt64?) {
    recalls.add(names, for: ticket)
    journal.schedule.commit(within: options.commitDelay)
    wake()
  }

  /// False for what is in the file: it is accepted.
  package func cancel(_ ticket: UInt64) -> Bool { incoming.remove(ticket) }

  /// Has the loop look soon.
  private func wake() { turns.arm(after: .zero) }

  /// Moves everything on that can move, and comes again when there is more to do.
  private func turn() {
    if phase == .closed { return }
    let now = reactor.now
    journal.schedule.note(now)
    reportOpening()
    if health.allowsTry(now), polling.begin(now) { attempt(now) { () throws(OutboxError) in try look(now) } }
    if health.failure != nil ? health.allowsTry(now) : isCommitDue(now) { save(now) }
    if sink != nil, health.failure == nil, phase.gives { attempt(now, give) }
    if journal.count >= Self.changeLimit { journal.schedule.commitAtOnce() }
    if health.failure == nil, isCommitDue(now) { save(now) }
    turns.arm(at: now + wait(now))
  }

  package func inputEnded() {
    lingersUntil = .at(wallClock() + options.lingersFor.milliseconds)
    journal.schedule.commitAtOnce()
    wake()
  }

  package func stopRetrying() {
    phase = machine.leavesAnswers ? .closing : .stopping
    space.takesAll = true
    journal.schedule.commitAtOnce()
    wake()
  }

  package func abandon() { close() }

  package func close() {
    if phase == .closed, incoming.isEmpty { return }
    let wasClosed = phase == .closed
    phase = .closing
    space.takesAll = true
    closeSink()
    if !wasClosed {
      parts.trail?.settle()
      save(journal.schedule.now)
      if health.failure == nil, sink != nil, machine.sinkCount == 0 { core.mark.end(file) }
    }
    phase = .closed
    giveBack()
  }

  // MARK: Ends

  private func closeSink() {
    machine.leavesAnswers = true
    sink?.close()
  }

  /// Gives what was read and is in no file to who can keep it.
  private func giveBack() {
    let shut =
      space.isFull
      ? "'\(file.path)': there is no room that outbox.free leaves; make some" : "the outbox was given up"
    let cause = health.failure?.description ?? shut
    let why = DeliveryFailure("NotKept", "\(cause); it is not in the outbox")
    for notification in incoming.removeAll() { events.ended(notification, .undelivered(why), 0) }
    if !recalls.new.isEmpty {
      listeners.notice(
        "\(file.path): recalls (\(recalls.new.count)) are not in the outbox; recall them again")
    }
  }

  // MARK: Turns

  private func reportOpening() {
    guard !isOpeningReported else { return }
    isOpeningReported = true
    if let notice = opening.notice { listeners.notice(notice) }
  }

  private func take(_ reports: [DeliveryReport]) {
    if phase == .closed { return }
    if phase != .closing { hooks.onPoint(.afterAnswer) }
    let wall = wallClock()
    for report in reports {
      if case .retry(_, let why) = report.result, let notification = machine.notification(report.ticket) {
        events.attempted(notification, why)
      }
      machine.answer(report, wall)
    }
    wake()
  }

  /// Gives the sink what it has room for.
  private func give() throws(OutboxError) {
    guard let sink else { return }
    try parts.load(wallClock())
    let wall = wallClock()
    // What was answered and is not written down could be sent twice as well.
    let room = min(sink.room, options.leaseLimit - machine.sinkCount - journal.count)
    hadRoom = room > 0
    var given: [PushNotification] = []
    func give(_ entry: Entry) {
      machine.give(entry)
      given.append(entry.notification)
    }
    for entry in try parts.held.pick(room: room, wall) { give(entry) }
    while given.count < room, let entry = machine.comeUp(wall) { give(entry) }
    guard !given.isEmpty else { return }
    sink.take(given)
    hooks.onPoint(.afterSending)
  }

  /// Looks at what other processes have done, and at what is too old.
  private func look(_ now: Int64) throws(OutboxError) {
    try parts.others.look()
    if settling.begin(now) { try settle() }
    if sweeping.begin(now), try parts.sweep(wallClock()) { sweeping.restart() }
    guard file.logSize > options.checkpointSize else { return }
    hooks.onPoint(.beforeCheckpoint)
    try file.checkpoint()
    hooks.onPoint(.afterCheckpoint)
  }

  private func settle() throws(OutboxError) {
    if let trail = parts.trail {
      if trail.hasGap { try trail.catchUp() }
      trail.settle()
    }
    try space.check(incoming)
    if !space.isFull, !incoming.isEmpty { journal.schedule.commitAtOnce() }
  }

  /// Returns the nanoseconds until there is something to do.
  private func wait(_ now: Int64) -> Int64 {
    if let retriesAt = health.retriesAt { return max(retriesAt - now, 1_000_000) }
    let wait = min(200_000_000, journal.schedule.wait(now) ?? .max)
    guard sink != nil, phase.gives, hadRoom else { return wait }
    return switch core.lanes.due {
    case .now: min(wait, 1_000_000)
    // Bounded before it is multiplied: a peer may wish for any time.
    case .at(let due): min(wait, min(max(due - wallClock(), 1), 1000) * 1_000_000)
    case .never: wait
    }
  }

  // MARK: Commits

  private func isCommitDue(_ now: Int64) -> Bool { journal.schedule.due.isOver(now) }

  private func save(_ now: Int64) {
    attempt(now) { () throws(OutboxError) in
      if health.failure == nil { try commit() } else { try tryCommit() }
      let notice = health.recover(file.path)
      // A recall that has found more than fits goes on at once; what the disk has no room for waits for some.
      if recalls.new.isEmpty { journal.schedule.clear() } else { journal.schedule.commitAtOnce() }
      if let notice { listeners.notice(notice) }
    }
  }

  /// Writes down what was given and what has changed; when this returns, it is safe.
  private func commit() throws(OutboxError) {
    let count = try space.fitting(incoming)
    guard count > 0 || !recalls.new.isEmpty || !journal.isEmpty else { return }
    try commit(count) { commit throws(OutboxError) in try commit.run() }
  }

  /// Does the same to find out whether the file can be written, even where there is nothing to write.
  private func tryCommit() throws(OutboxError) {
    try commit(try space.fitting(incoming)) { commit throws(OutboxError) in try commit.runTrial() }
  }

  /// - Parameter count: how many of the incoming notifications there is room for.
  private func commit(
    _ count: Int, _ run: (OutboxCommit) throws(OutboxError) -> CommitOutcome
  ) throws(OutboxError) {
    let wall = wallClock()
    let names = sink == nil ? [] : Array(Set(recalls.new))
    if !names.isEmpty { machine.recall(Set(names), wall) }
    if sink == nil, OutboxRescue.isMarked(file.path) {
      throw OutboxError(
        .busy, "'\(file.path)' is damaged; a run with --sink takes over what can be read of it")
    }
    hooks.onPoint(.beforeCommit)
    let mark = journal.mark
    let outcome = try run(OutboxCommit(parts, incoming.notifications[..<count], names: names, wall))
    hooks.onPoint(.afterCommit)
    // A process without the lease may have written to a file that was set aside in the meantime: that does not count.
    if sink == nil, !file.isInPlace {
      journal.rewind(to: mark)
      try file.reopen()
      throw OutboxError(.busy, "'\(file.path)' was set aside, for it was damaged; it goes on in the new one")
    }
    takeUp(outcome, names, wall)
  }

  /// Takes up what a commit has made safe.
  ///
  /// - Parameter names: the names that it has recalled.
  private func takeUp(_ outcome: CommitOutcome, _ names: [String], _ wall: Int64) {
    space.use(incoming.removeFirst(outcome.taken))
    for token in outcome.freedTokens { machine.removeRow(token: token) }
    let withdrawn = recalls.committed(outcome.found, isUnfinished: outcome.isUnfinished)
    core.mark.committed(outcome.mark)
    if sink != nil {
      for batch in outcome.batches { parts.backlog.add(batch, wall) }
    }
    machine.removeEmptyBatches()
    parts.trail?.write()
    for notification in outcome.accepted { events.accepted(notification) }
    for ticket in withdrawn { events.withdrew(ticket) }
    for result in journal.results { events.ended(result.notification, result.end, result.attempts) }
    for recall in journal.recallPushes { events.tookBack(recall.original, recall.word) }
    if !names.isEmpty, !outcome.isUnfinished { events.recalled(names) }
    journal.removeAll()
  }

  /// Does something that the file may refuse: then nothing more is taken or given, and it is tried again.
  private func attempt(_ now: Int64, _ body: () throws(OutboxError) -> Void) {
    do throws(OutboxError) {
      try body()
    } catch {
      if let notice = health.fail(error, now) { listeners.notice(notice) }
      if let retriesAt = health.retriesAt { journal.schedule.commit(by: retriesAt) }
      if error.kind == .corrupt { giveUp(error) }
    }
  }

  private func giveUp(_ error: OutboxError) {
    OutboxRescue.mark(file.path)
    machine.leavesAnswers = true
    if phase == .open { phase = .damaged }
    events.failed("\(error); start again: it is set aside then, and what can be read of it is taken over")
  }
}
