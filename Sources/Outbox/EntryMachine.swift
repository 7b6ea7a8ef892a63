import Delivery
import EventLoop
import NotificationModel
import OutboxRecords

/// The state machine of entries: it moves them between their states and records the changes for the file.
///
/// It knows no file and no sink. The table in the guide *Architecture* has its events.
package final class EntryMachine {
  /// The most entries in memory behind others of their device token; more get rows of their own.
  private static let followerLimit = 2048

  private let options: OutboxOptions
  package let journal: Journal
  package let lanes: Lanes
  package let recalls: Recalls
  private var index = EntryIndex()
  private var batches = LoadedBatches()
  /// A Boolean value that indicates whether what comes back from the sink is left for another run.
  package var leavesAnswers = false

  package init(_ options: OutboxOptions, _ journal: Journal, _ lanes: Lanes, _ recalls: Recalls) {
    self.options = options
    self.journal = journal
    self.lanes = lanes
    self.recalls = recalls
  }

  // MARK: What there is

  /// The number of entries that the sink has.
  package var sinkCount: Int { index.sinkCount }
  /// The number of entries that may go to the sink, or are in memory behind one that is there.
  package var waitingCount: Int { index.waitingCount }
  /// A Boolean value that indicates whether as many wait for others in memory as may.
  package var hasManyFollowers: Bool { index.followerCount >= Self.followerLimit }
  package var isIdle: Bool { index.isIdle }

  /// Returns the number of entries of a class that may go to the sink.
  package func readyCount(_ priority: PriorityClass) -> Int { index.readyCount(priority) }
  /// Returns a Boolean value that indicates whether the sink has a ticket.
  package func isAtSink(_ ticket: UInt64) -> Bool { index.entryAtSink(ticket) != nil }
  /// Returns what the sink has under a ticket.
  package func entryAtSink(_ ticket: UInt64) -> Entry? { index.entryAtSink(ticket) }
  /// Returns a Boolean value that indicates whether an entry of a device token goes before all others of it.
  package func isOwned(_ token: UInt64?) -> Bool { index.isOwned(token) }
  /// Returns a batch that is in memory; nil where it is not.
  package func batch(_ id: Int64) -> LoadedBatch? { batches[id] }

  /// Returns a Boolean value that indicates whether memory knows more of a row than the file.
  package func concerns(_ ticket: UInt64) -> Bool { isAtSink(ticket) || journal.concerns(ticket) }

  // MARK: From the file

  /// Makes the entries of a batch ready, in their order.
  ///
  /// - Parameter recalled: the tickets of those that were recalled before they came.
  package func load(
    _ id: Int64, _ batch: LoadedBatch, _ entries: [Entry], recalled: Set<UInt64> = [], _ wall: Int64
  ) {
    batches.add(batch, id)
    // All have left, and the process was killed before it deleted the row.
    if batch.left == 0 { journal.noteBatch(id) }
    for entry in entries {
      if recalled.contains(entry.ticket) { withdraw(entry, by: nil, wall) } else { move(entry, to: .ready) }
    }
  }

  /// Notes a row of its own that is in the file.
  package func addRow(token: UInt64?) { index.addRow(token: token) }
  /// Notes that a row of its own is gone which no entry had.
  package func removeRow(token: UInt64?) { index.removeRow(token: token) }
  /// Forgets the batches of which nothing is left.
  package func removeEmptyBatches() { batches.removeEmpty(journal.batches) }

  // MARK: To the sink

  /// Returns the next entry that may go to the sink; those before it that may not are moved on.
  package func comeUp(_ wall: Int64) -> Entry? {
    while let entry = index.first() {
      if endIfLate(entry, wall) { continue }
      switch index.verdict(entry) {
      case .goes: return entry
      case .waits: follow(entry)
      case .waitsInFile: hold(entry, .behind)
      case .asksFile: hold(entry, .behindAnyInFile)
      }
    }
    return nil
  }

  /// Lets an entry wait in memory for another of its device token.
  private func follow(_ entry: Entry) {
    move(entry, to: .behind)
    guard hasManyFollowers else { return }
    for follower in index.allFollowers { holdAlone(follower, .behind) }
  }

  /// Notes that an entry goes to the sink.
  package func give(_ entry: Entry) {
    var attempt = EntryState.Attempt()
    if case .held(let wait) = entry.state { attempt.lane = wait.lane }
    entry.attempts += 1
    move(entry, to: .atSink(attempt))
  }

  /// Ends an entry whose time is over.
  ///
  /// - Returns: false where it is not.
  package func endIfLate(_ entry: Entry, _ wall: Int64) -> Bool {
    guard entry.expires <= wall else { return false }
    // Its own expiry comes first where it has one.
    guard entry.expires == entry.acceptedAt + options.keepsFor.milliseconds else {
      end(entry, .expired, wall)
      return true
    }
    var why = DeliveryFailure(
      "TooOld",
      "it has waited for as long as the outbox keeps what waits (outbox.keep); look at what it waited for")
    why.isUnknown = entry.mayHaveArrived
    die(entry, why, wall)
    return true
  }

  // MARK: Answers

  /// Returns the notification of a ticket that the sink has; nil where it has none.
  package func notification(_ ticket: UInt64) -> PushNotification? { index.entryAtSink(ticket)?.notification }

  /// Moves an entry on by what the sink reports of it.
  package func answer(_ report: DeliveryReport, _ wall: Int64) {
    guard let entry = index.entryAtSink(report.ticket), let attempt = entry.state.attempt else { return }
    switch report.result {
    case .done:
      lanes.open(attempt.lane)
      end(entry, .delivered, wall)
    case .permanent(let why):
      lanes.open(attempt.lane)
      die(entry, why, wall)
    case .retry(let after, let why): retry(entry, attempt, after, why, wall)
    case .blocked(let lane, let why): block(entry, lane, why, wall)
    }
  }

  private func retry(
    _ entry: Entry, _ attempt: EntryState.Attempt, _ after: Duration, _ why: DeliveryFailure, _ wall: Int64
  ) {
    if why.isUnknown { entry.mayHaveArrived = true }
    if let lane = why.lane {
      // Nothing was tried.
      entry.attempts -= 1
      block(entry, lane, why, wall)
      return
    }
    // Only who was answered has shown that its lane goes.
    if why.status != 0 { lanes.open(attempt.lane) }
    if let name = attempt.recall {
      withdraw(entry, by: name, wall)
    } else if leavesAnswers, !why.isUnknown {
      // It was not sent: it stays where it is, for another run.
      leave(entry, wall)
    } else {
      hold(entry, .until(wall + delay(entry, after)), why)
    }
  }

  /// Returns the milliseconds until an entry is tried again.
  private func delay(_ entry: Entry, _ wish: Duration) -> Int64 {
    let doublings = Int64(min(entry.attempts - 1, 20))
    let own = min(options.backOff.milliseconds << doublings, options.longestBackOff.milliseconds)
    let delay = min(max(wish.milliseconds, own), OutboxOptions.longestWait)
    // Up to a quarter more, so that what failed together does not come back together.
    return delay + Int64.random(in: 0...max(delay / 4, 1))
  }

  /// Notes that nothing of a lane gets through at the moment.
  private func block(_ entry: Entry, _ lane: String, _ why: DeliveryFailure, _ wall: Int64) {
    if let name = entry.state.attempt?.recall {
      withdraw(entry, by: name, wall)
    } else if leavesAnswers {
      leave(entry, wall)
    } else {
      let lane = lanes.name(for: lane)
      lanes.block(lane, wall)
      hold(entry, .lane(lane, since: wall), why)
    }
  }

  /// Leaves an entry to another run, which has to know what is known of it.
  private func leave(_ entry: Entry, _ wall: Int64) {
    if entry.mayHaveArrived, entry.home == .batch {
      hold(entry, .until(wall))
    } else {
      move(entry, to: .left)
    }
  }

  // MARK: Recalls

  /// Withdraws what goes by a name and waits in memory; what the sink has is noted.
  package func recall(_ names: Set<String>, _ wall: Int64) {
    let held = journal.rows.values.map(\.entry).filter { $0.state.kind == .held }
    for entry in index.waiting + held {
      guard let name = entry.notification.names.first(where: names.contains) else { continue }
      recalls.noteWithdrawn(name, then: withdraw(entry, by: name, wall))
    }
    for entry in index.allAtSink {
      guard var attempt = entry.state.attempt, attempt.recall == nil,
        let name = entry.notification.names.first(where: names.contains)
      else { continue }
      attempt.recall = name
      move(entry, to: .atSink(attempt))
      recalls.noteAtSink(name)
    }
  }

  /// Sends what is to be sent for a notification that may have arrived and was recalled.
  ///
  /// - Parameter name: the name by which it was recalled; nil where that is not known any more.
  /// - Returns: what that is called; nil where nothing is sent.
  @discardableResult
  package func sendRecall(of notification: PushNotification, by name: String? = nil) -> String? {
    guard !(name.map(NotificationName.isOwn) ?? false) else { return nil }
    guard let push = RecallPush(of: notification, options.recallOfSent) else { return nil }
    journal.noteRecallPush(push)
    return push.word
  }

  /// Ends an entry that was recalled, and makes sure that it is gone where an attempt had no answer.
  ///
  /// - Returns: what was done about that.
  @discardableResult
  private func withdraw(_ entry: Entry, by name: String?, _ wall: Int64) -> String? {
    end(entry, .withdrawn(mayHaveArrived: entry.mayHaveArrived), wall)
    return entry.mayHaveArrived ? sendRecall(of: entry.notification, by: name) : nil
  }

  // MARK: Moves

  /// Moves an entry, and notes what leaves its batch by that.
  private func move(_ entry: Entry, to state: EntryState) {
    let wasInBatch = entry.home == .batch
    index.move(entry, to: state)
    switch entry.state {
    case .held, .dead, .ended:
      guard wasInBatch else { return }
      batches.leave(entry.ticket)
      journal.noteBatch(OutboxBatch.batch(of: entry.ticket))
    case .fresh, .ready, .behind, .next, .atSink, .left: break
    }
  }

  /// Gives an entry a row of its own, and all that wait for it in memory: what stands behind it there stands behind it in
  /// the file.
  private func hold(_ entry: Entry, _ wait: EntryState.Wait, _ why: DeliveryFailure? = nil) {
    holdAlone(entry, wait, why)
    for follower in index.followers(of: entry.token) { holdAlone(follower, .behind) }
  }

  private func holdAlone(_ entry: Entry, _ wait: EntryState.Wait, _ why: DeliveryFailure? = nil) {
    move(entry, to: .held(wait))
    journal.noteRow(entry, why)
    lanes.add(wait.lane, due: wait.due)
  }

  /// Makes a dead letter of an entry.
  private func die(_ entry: Entry, _ why: DeliveryFailure, _ wall: Int64) {
    var why = why
    if entry.mayHaveArrived { why.isUnknown = true }
    let last = entry.state
    move(entry, to: .dead)
    journal.noteRow(entry, why)
    report(entry, .refused(why), from: last, wall)
  }

  /// Ends an entry of which nothing stays in the file.
  private func end(_ entry: Entry, _ end: DeliveryEnd, _ wall: Int64) {
    let last = entry.state
    move(entry, to: .ended)
    if entry.home != .batch { journal.noteRowEnded(entry) }
    if end == .delivered {
      if let name = last.attempt?.recall {
        sendRecall(of: entry.notification, by: name)
      } else if options.recallOfSent != .nothing, !entry.notification.isOfRecall {
        journal.noteSent(entry.notification)
      }
    }
    report(entry, end, from: last, wall)
  }

  /// Reports how an entry has ended, and lets the next of its device token go.
  private func report(_ entry: Entry, _ end: DeliveryEnd, from last: EntryState, _ wall: Int64) {
    let recall = last.attempt?.recall
    if let recall, recalls.noteEnded(recall) { journal.noteSettledRecall(recall) }
    journal.noteResult(
      entry.notification, end, attempts: entry.attempts, wall, isRecalled: recall != nil && end == .delivered)
    letNextGo(behind: entry, from: last)
  }

  private func letNextGo(behind entry: Entry, from last: EntryState) {
    // Who owns the token lets the next go when it ends; who was behind must not.
    guard let token = entry.token, !index.isOwned(token), !last.isHeldBehind else { return }
    if let follower = index.firstFollower(token) {
      move(follower, to: .next)
    } else if index.mayBeInFile(token) {
      journal.noteWake(token)
    }
  }
}
