import Delivery
import Foundation
import GRDB
import NotificationModel

extension Outbox {
  /// The notifications of a class that are in memory before they go to the sink.
  static let readyLimit = 2048
  /// Those that wait in memory for others of their device token; more go to rows of their own.
  static let parkedLimit = 2048
  /// How many batches the file's mark of what may have been given is ahead, so that it is seldom written.
  static let givenAhead: Int64 = 64
  /// How many recalls of other processes are looked after at a time; more than the sink can have found.
  static let recallLimit = 10_000
  /// How many notifications a transaction withdraws, so that memory does not follow a name that many share.
  static let withdrawalLimit = 5000
  /// How many lanes are told apart; what comes then shares one.
  static let laneLimit = 1000
  /// The longest wait for another attempt, in milliseconds, whatever a peer wishes.
  static let longestWait: Int64 = 86_400_000

  /// Takes up what the file has.
  func begin() throws(OutboxError) {
    // A file that was found damaged a moment ago was begun with, too.
    (heldTokens, recalled) = (CountingFilter(), HashFilter())
    (lastRecall, newRecalls, lanes) = (0, [], [:])
    // Before anything is read: what comes in between is looked for again.
    dataVersion = try file.dataVersion()
    if sink != nil {
      try file.read { database in
        lastEvent = try OutboxSchema.fact(database, "event") ?? 0
        let tokens = try Row.fetchCursor(
          database, sql: "SELECT token FROM held INDEXED BY held_token WHERE state = 0")
        while let row = try tokens.next() { heldTokens.add(UInt64(bitPattern: row[0])) }
        for lane in try String.fetchAll(database, sql: "SELECT DISTINCT lane FROM held WHERE state = 0") {
          lanes[lane] = LaneState()
        }
      }
      try beginGiving()
      // What stands in the audit already is looked for there.
      writtenEvent = 0
      try catchUpAudit()
    }
    try noticeOthers()
  }

  /// Notes that notifications are going to be given to the sink, and what a process that was killed may have sent.
  private func beginGiving() throws(OutboxError) {
    let wall = wallClock()
    try file.write { database in
      let given = try OutboxSchema.fact(database, "given") ?? 0
      // The mark is ahead of what there was.
      let last =
        try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'batch'") ?? 0
      uncertainUpTo = min(given, last)
      uncertainDue = try OutboxSchema.fact(database, "uncertain_due") ?? 0
      if given > 0 {
        uncertainDue = max(uncertainDue, wall, try OutboxSchema.fact(database, "given_at") ?? 0)
        try setFact(database, "uncertain_due", uncertainDue)
      }
      givenUpTo = max(uncertainUpTo, 1)
      try setFact(database, "given", givenUpTo)
      try setFact(database, "given_at", wall)
      if audit != nil { try setFact(database, "event", lastEvent) }
    }
  }

  /// Notes that the sink has nothing any longer.
  func endCleanly() {
    guard sink != nil, atSink.isEmpty else { return }
    // Should this fail, the next run is more careful than it needs to be.
    try? file.write { database in
      let isLeft = try Int.fetchOne(
        database, sql: "SELECT 1 FROM batch WHERE id <= ? LIMIT 1", arguments: [uncertainUpTo])
      try setFact(database, "given", isLeft == nil ? 0 : uncertainUpTo)
    }
  }

  /// Whether a row that waits may have been sent by a process that was killed.
  func isUncertain(due: Int64) -> Bool { due <= uncertainDue }

  /// Takes up what other processes have put into the file.
  func noticeOthers() throws(OutboxError) {
    hasBacklog = [true, true]
    nextHeldDue = 0
    let open = try file.read { database in
      try noticeRecalls(database)
      if sink == nil { return [String]() }
      return try String.fetchAll(
        database, sql: "SELECT name FROM recall WHERE is_done = 0 LIMIT ?", arguments: [Self.recallLimit])
    }
    // More than are looked after at a time: the others are looked for when these are done.
    if open.count == Self.recallLimit { dataVersion = -1 }
    let known = Set(newRecalls + changes.settledRecalls)
    newRecalls += open.filter { underWay[$0] == nil && !known.contains($0) }
    if !newRecalls.isEmpty { commitAt = 0 }
  }

  // MARK: From the file

  /// Reads batches as long as there is room in memory.
  func load() throws(OutboxError) {
    for index in [1, 0] {
      // What is found recalled is written down before more is read, and a recall looks through the file in peace.
      while hasBacklog[index], newRecalls.isEmpty, ready[index].count < Self.readyLimit / 2,
        parkedCount < Self.parkedLimit,
        changes.count < Self.withdrawalLimit
      {
        if try !loadBatch(index) { hasBacklog[index] = false }
      }
    }
    if parkedCount >= Self.parkedLimit { spill() }
    if looksForStragglers, hasBacklog == [false, false], ready[0].isEmpty, ready[1].isEmpty, next.isEmpty,
      parkedCount == 0
    {
      try wakeStragglers()
    }
  }

  /// Wakes those that are behind others which are gone.
  ///
  /// The bytes of those were damaged, or a recall took them out of the file, and nothing else wakes who is behind. Once all
  /// batches are in memory, who is at the sink is all that may come before.
  private func wakeStragglers() throws(OutboxError) {
    let tokens = try file.read { database in
      try Int64.fetchAll(
        database,
        sql: """
          SELECT token FROM held AS first INDEXED BY held_token WHERE state = 0 AND due = ? AND ticket =
          (SELECT min(ticket) FROM held WHERE token = first.token AND state = 0) LIMIT 10000
          """, arguments: [Held.behind])
    }
    looksForStragglers = tokens.count == 10_000
    for token in tokens.map({ UInt64(bitPattern: $0) }) where !busy.contains(token) {
      changes.wakes.insert(token)
    }
    if !changes.wakes.isEmpty { commitSoon(options.commitDelay) }
  }

  private func loadBatch(_ index: Int) throws(OutboxError) -> Bool {
    let row = try file.read { database in
      // Of this moment, as the batch is.
      try noticeRecalls(database)
      return try Row.fetchOne(
        database.cachedStatement(
          sql: """
            SELECT batch.id, accepted_at, count, body, gone FROM batch LEFT JOIN progress ON batch.id = batch
            WHERE class = ? AND batch.id > ? ORDER BY batch.id LIMIT 1
            """), arguments: [index, cursors[index]])
    }
    guard let row else { return false }
    let id: Int64 = row[0]
    let count: Int = row[2]
    let body: Data = row[3]
    let batch = LoadedBatch(count: count, gone: row[4])
    if id > givenUpTo {
      try file.write { try setFact($0, "given", id + Self.givenAhead) }
      givenUpTo = id + Self.givenAhead
    }
    let found = body.withUnsafeBytes { bytes in
      OutboxBatch.read(bytes, batch: id) { !LoadedBatch.isGone($0, batch.gone) }
    }
    guard let found else {
      try setAside("batch-\(id)", count, body) { database in
        try database.execute(sql: "DELETE FROM batch WHERE id = ?", arguments: [id])
        try database.execute(sql: "DELETE FROM progress WHERE batch = ?", arguments: [id])
      }
      cursors[index] = id
      looksForStragglers = true
      return true
    }
    let wall = wallClock()
    let mayBe = found.filter(mayBeRecalled)
    // In one look: many may share a name.
    let isGone = mayBe.isEmpty ? [] : try file.read { try Set(recalledTickets($0, mayBe, wall)) }
    // From here on nothing fails: all of the batch is in memory, or none.
    cursors[index] = id
    batches[id] = batch
    // All have left, and the process was killed before it deleted the row.
    if found.isEmpty { changed(id) }
    for notification in found {
      let parcel = Parcel(notification, acceptedAt: row[1], options)
      if id <= uncertainUpTo { parcel.mayHaveArrived = true }
      if isGone.contains(notification.ticket) { withdraw(parcel, wall) } else { ready[index].append(parcel) }
    }
    return true
  }

  /// Keeps the bytes of what cannot be read beside the file, so that the others go on.
  private func setAside(
    _ name: String, _ count: Int, _ body: Data, _ remove: (Database) throws -> Void
  ) throws(OutboxError) {
    let path = "\(file.path).damaged-\(name)"
    guard FileManager.default.createFile(atPath: path, contents: body, attributes: [.posixPermissions: 0o600])
    else { throw OutboxError(.full, "'\(path)': it cannot be written; make room") }
    try file.write(remove)
    events.notice(
      "'\(file.path)': notifications (\(count)) cannot be read, for their bytes are damaged; they are in '\(path)'"
    )
  }

  /// Puts what waits in memory for others into rows of its own.
  private func spill() {
    for (_, parcels) in parked {
      for parcel in parcels { hold(parcel, due: Held.behind, lane: "", nil) }
    }
    parked.removeAll()
    parkedCount = 0
  }

  private func changed(_ batch: Int64) {
    changes.batches.insert(batch)
    commitSoon(options.markDelay)
  }

  // MARK: To the sink

  /// Gives the sink what it has room for.
  func give(_ now: Int64) throws(OutboxError) {
    guard let sink else { return }
    let wall = wallClock()
    // What was answered and is not written down could be sent twice as well.
    var room = min(sink.room, options.leaseLimit - atSink.count - changes.count)
    hadRoom = room > 0
    var given: [PushNotification] = []
    noticeClock(wall)
    turnsOfHeld += 1
    // Half for what has waited, half for what is fresh; of a single place each has its turn.
    let share = room > 1 ? room / 2 : turnsOfHeld.isMultiple(of: 2) ? room : 0
    if share > 0, wall >= nextHeldDue {
      do throws(OutboxError) {
        for parcel in try pickHeld(share, wall) { give(parcel, &given, &room) }
      } catch {
        nextHeldDue = 0
        throw error
      }
    }
    while room > 0, let parcel = popReady() {
      if isTooLate(parcel, wall) { continue }
      if parcel.token != 0, !parcel.ownsToken {
        if busy.contains(parcel.token), parked[parcel.token] != nil {
          park(parcel)
          continue
        }
        if heldTokens[parcel.token] {
          // An earlier one waits in the file, as far as can be told here: behind it.
          hold(parcel, due: Held.behind, lane: "", nil, asksForOrder: !busy.contains(parcel.token))
          continue
        }
        if busy.contains(parcel.token) {
          park(parcel)
          continue
        }
      }
      give(parcel, &given, &room)
    }
    if !given.isEmpty {
      sink.take(given)
      onPoint(.afterSending)
    }
  }

  /// Lets a notification wait in memory for another of its device token.
  private func park(_ parcel: Parcel) {
    parked[parcel.token, default: []].append(parcel)
    parkedCount += 1
    if parkedCount >= Self.parkedLimit { spill() }
  }

  /// Where the clock was set back, what was due is due, and what was to be tried is tried.
  private func noticeClock(_ wall: Int64) {
    defer { lastWall = wall }
    guard wall < lastWall - 5000 else { return }
    for name in lanes.keys where lanes[name]?.triesAt != nil { lanes[name]?.triesAt = wall }
    looksForFuture = true
    nextHeldDue = 0
  }

  private func give(_ parcel: Parcel, _ given: inout [PushNotification], _ room: inout Int) {
    parcel.attempts += 1
    given.append(parcel.notification)
    atSink[parcel.ticket] = parcel
    if parcel.token != 0 {
      busy.insert(parcel.token)
      parcel.ownsToken = true
    }
    room -= 1
  }

  /// The next in order: what may wait gets one turn in eight, so that it does get one.
  private func popReady() -> Parcel? {
    if let parcel = next.popFirst() { return parcel }
    turnsOfClasses += 1
    let first = turnsOfClasses.isMultiple(of: 8) ? 0 : 1
    return ready[first].popFirst() ?? ready[1 - first].popFirst()
  }

  private func isTooLate(_ parcel: Parcel, _ wall: Int64) -> Bool {
    guard parcel.expires <= wall else { return false }
    endLate(parcel, wall)
    return true
  }

  private func endLate(_ parcel: Parcel, _ wall: Int64) {
    // Its own expiry comes first where it has one.
    if parcel.expires == parcel.acceptedAt + options.keepsFor.milliseconds {
      var why = DeliveryFailure(
        "TooOld",
        "it has waited for as long as the outbox keeps what waits (outbox.keep); look at what it waited for")
      why.isUnknown = parcel.mayHaveArrived
      die(parcel, why, wall)
    } else {
      end(parcel, .expired, wall)
    }
  }

  // MARK: Waiting in the file

  /// What waits in the file and is due, of lanes that are open; of one that is blocked, one that tries.
  private func pickHeld(_ limit: Int, _ wall: Int64) throws(OutboxError) -> [Parcel] {
    var picked: [Parcel] = []
    nextHeldDue = .max
    // Each lane begins in its turn, so that none with much to do has all the room for ever.
    let names = Array(lanes.keys)
    turnsOfLanes += 1
    for index in names.indices {
      let name = names[(index + turnsOfLanes) % names.count]
      guard var lane = lanes[name] else { continue }
      guard picked.count < limit else {
        nextHeldDue = min(nextHeldDue, wall)
        break
      }
      if let triesAt = lane.triesAt {
        if wall < triesAt {
          nextHeldDue = min(nextHeldDue, triesAt)
          continue
        }
        lane.triesAt = wall + lane.delay
        lane.delay = min(lane.delay * 2, 60_000)
      }
      let most = lane.triesAt == nil ? limit - picked.count : 1
      let found = try pickHeld(name, &lane, most, wall, &picked)
      if let triesAt = lane.triesAt { nextHeldDue = min(nextHeldDue, triesAt) }
      lanes[name] = found ? lane : nil
    }
    return picked
  }

  /// - Returns: whether anything waits in the lane.
  private func pickHeld(
    _ name: String, _ lane: inout LaneState, _ most: Int, _ wall: Int64, _ picked: inout [Parcel]
  ) throws(OutboxError) -> Bool {
    // What is at the sink has its row yet; the tickets stand in the index, so that to pass over them costs little.
    let rows = try file.read { database in
      try Row.fetchAll(
        database.cachedStatement(
          sql: """
            SELECT due, ticket FROM held INDEXED BY held_due
            WHERE state = 0 AND lane = ? AND due >= ? AND due <= ? ORDER BY due LIMIT ?
            """),
        arguments: [name, lane.from, wall, most + atSink.count + changes.held.count + changes.ended.count])
    }
    var count = 0
    var isPassedOver = false
    for row in rows {
      guard count < most else { break }
      lane.from = row[0]
      let ticket = UInt64(bitPattern: row[1])
      guard atSink[ticket] == nil, changes.held[ticket] == nil, changes.ended[ticket] == nil else { continue }
      guard let parcel = try readHeld(ticket) else { continue }
      if isTooLate(parcel, wall) { continue }
      guard !busy.contains(parcel.token),
        !picked.contains(where: { $0.token == parcel.token && $0.token != 0 })
      else {
        isPassedOver = true
        continue
      }
      picked.append(parcel)
      count += 1
    }
    if count == most, lane.triesAt == nil {
      nextHeldDue = min(nextHeldDue, wall)
      return true
    }
    // All was seen that is due: the next look begins in front again.
    lane.from = 0
    if isPassedOver { nextHeldDue = min(nextHeldDue, wall + 50) }
    let due = try file.read { database in
      try Int64.fetchOne(
        database.cachedStatement(
          sql: "SELECT due FROM held WHERE state = 0 AND lane = ? AND due > ? ORDER BY due LIMIT 1"),
        arguments: [name, wall])
    }
    if let due, due < Held.behind, lane.triesAt == nil { nextHeldDue = min(nextHeldDue, due) }
    return due != nil || !rows.isEmpty || changes.held.values.contains { $0.lane == name }
  }

  /// What has a row of its own; nil where it has none any longer, or cannot be read and is set aside.
  private func readHeld(_ ticket: UInt64) throws(OutboxError) -> Parcel? {
    let row = try file.read { database in
      try Row.fetchOne(
        database.cachedStatement(
          sql:
            "SELECT token, accepted_at, attempts, unknown, lane, due, body FROM held WHERE ticket = ? AND state = 0"
        ),
        arguments: [Int64(ticket)])
    }
    guard let row else { return nil }
    let body: Data = row["body"]
    guard let notification = body.withUnsafeBytes({ OutboxBatch.read(alone: $0, ticket: ticket) }) else {
      try setAside("notification-\(ticket)", 1, body) { database in
        try database.execute(sql: "DELETE FROM held WHERE ticket = ?", arguments: [Int64(ticket)])
        try database.execute(sql: "DELETE FROM held_name WHERE ticket = ?", arguments: [Int64(ticket)])
      }
      heldTokens.remove(UInt64(bitPattern: row["token"]))
      looksForStragglers = true
      return nil
    }
    let parcel = Parcel(notification, acceptedAt: row["accepted_at"], options)
    parcel.attempts = row["attempts"]
    let due: Int64 = row["due"]
    parcel.isBehind = due == Held.behind
    parcel.mayHaveArrived = parcel.mayHaveArrived || row["unknown"] || isUncertain(due: due)
    parcel.isHeld = true
    parcel.lane = row["lane"]
    return parcel
  }

  /// Ends what waits in the file and is too late, and forgets what is too old.
  func sweep() throws(OutboxError) {
    let wall = wallClock()
    if sink != nil {
      let tickets = try file.read { database in
        try Int64.fetchAll(
          database, sql: "SELECT ticket FROM held WHERE state = 0 AND expires <= ? LIMIT 1000",
          arguments: [wall])
      }
      if tickets.count == 1000 { sweptAt = 0 }
      for ticket in tickets.map({ UInt64(bitPattern: $0) }) {
        guard atSink[ticket] == nil, changes.held[ticket] == nil, changes.ended[ticket] == nil,
          let parcel = try readHeld(ticket)
        else { continue }
        endLate(parcel, wall)
      }
    }
    let isMore = try file.write { database in
      if looksForFuture {
        // Of a clock that ran ahead: nothing waits longer than the longest wait.
        try database.execute(
          sql: "UPDATE held SET due = ? WHERE state = 0 AND due > ? AND due < ?",
          arguments: [wall, wall + Self.longestWait + Self.longestWait / 4, Held.behind])
      }
      try database.execute(
        sql: """
          DELETE FROM held WHERE ticket IN
          (SELECT ticket FROM held WHERE state = 1 AND lane = '' AND due <= ? LIMIT 1000)
          """, arguments: [wall - options.keepsDeadFor.milliseconds])
      let isMore = database.changesCount == 1000
      try database.execute(sql: "DELETE FROM sent WHERE until <= ?", arguments: [wall])
      try database.execute(sql: "DELETE FROM recall WHERE is_done = 1 AND until <= ?", arguments: [wall])
      return isMore
    }
    if isMore { sweptAt = 0 }
    if looksForFuture {
      looksForFuture = false
      nextHeldDue = 0
    }
  }

  // MARK: Answers

  /// Takes what the sink tells of a notification.
  func take(_ report: DeliveryReport, _ wall: Int64) {
    guard let parcel = atSink.removeValue(forKey: report.ticket) else { return }
    release(parcel)
    switch report.result {
    case .done:
      reopen(parcel.lane)
      end(parcel, .delivered, wall)
    case .permanent(let why):
      reopen(parcel.lane)
      die(parcel, why, wall)
    case .retry(let after, let why):
      if why.isUnknown { parcel.mayHaveArrived = true }
      if let lane = why.lane {
        // Nothing was tried.
        parcel.attempts -= 1
        stop(parcel, lane, why, wall)
      } else {
        // Only who was answered has shown that its lane goes.
        if why.status != 0 { reopen(parcel.lane) }
        tryLater(parcel, after, why, wall)
      }
    case .blocked(let lane, let why): stop(parcel, lane, why, wall)
    }
  }

  private func tryLater(_ parcel: Parcel, _ after: Duration, _ why: DeliveryFailure, _ wall: Int64) {
    if parcel.isRecalled {
      withdraw(parcel, wall)
    } else if isClosing, !why.isUnknown {
      // It was not sent: it stays where it is, for another run.
      leave(parcel)
    } else {
      let own = min(
        options.backOff.milliseconds << Int64(min(parcel.attempts - 1, 20)),
        options.longestBackOff.milliseconds)
      let delay = min(max(after.milliseconds, own), Self.longestWait)
      // Up to a quarter more, so that what failed together does not come back together.
      hold(parcel, due: wall + delay + Int64.random(in: 0...max(delay / 4, 1)), lane: "", why)
    }
  }

  /// Takes note that nothing of a lane gets through at the moment.
  private func stop(_ parcel: Parcel, _ lane: String, _ why: DeliveryFailure, _ wall: Int64) {
    if parcel.isRecalled {
      withdraw(parcel, wall)
    } else if isClosing {
      leave(parcel)
    } else {
      let lane = lanes[lane] == nil && lanes.count >= Self.laneLimit ? "others" : lane
      block(lane, wall)
      hold(parcel, due: wall, lane: lane, why)
    }
  }

  /// Leaves a notification to another run, which has to know what is known of it.
  private func leave(_ parcel: Parcel) {
    if parcel.mayHaveArrived, !parcel.isHeld { hold(parcel, due: wallClock(), lane: "", nil) }
  }

  private func block(_ name: String, _ wall: Int64) {
    var lane = lanes[name] ?? LaneState()
    // Many that were under way together are one incident.
    if let triesAt = lane.triesAt, triesAt > wall { return }
    lane.delay = max(lane.delay, 5000)
    lane.triesAt = wall + lane.delay
    lanes[name] = lane
    nextHeldDue = min(nextHeldDue, wall + lane.delay)
  }

  private func reopen(_ name: String) {
    guard !name.isEmpty, lanes[name]?.triesAt != nil else { return }
    lanes[name] = LaneState()
    nextHeldDue = 0
  }

  // MARK: Ends

  /// Lets go of a device token that a notification had for itself.
  private func release(_ parcel: Parcel) {
    guard parcel.ownsToken else { return }
    parcel.ownsToken = false
    busy.remove(parcel.token)
  }

  /// Gives a notification a row of its own in the file, or changes the one that it has.
  func hold(
    _ parcel: Parcel, due: Int64, lane: String, _ failure: DeliveryFailure?, asksForOrder: Bool = false
  ) {
    release(parcel)
    parcel.isBehind = due == Held.behind
    let wasHeld = parcel.isHeld
    if !wasHeld {
      leaveBatch(parcel.ticket)
      if parcel.token != 0 { heldTokens.add(parcel.token) }
    }
    parcel.isHeld = true
    changes.held[parcel.ticket] = Held(
      state: .waiting, isNew: !wasHeld || changes.held[parcel.ticket]?.isNew ?? false, due: due, lane: lane,
      parcel: parcel, failure: failure, asksForOrder: asksForOrder)
    if lanes[lane] == nil { lanes[lane] = LaneState() }
    if due < Held.behind { nextHeldDue = min(nextHeldDue, due) }
    // What stands behind it in memory stands behind it in the file.
    if let followers = parked.removeValue(forKey: parcel.token), parcel.token != 0 {
      parkedCount -= followers.count
      for follower in followers { hold(follower, due: Held.behind, lane: "", nil) }
    }
    commitSoon(options.markDelay)
  }

  /// Makes a dead letter of a notification.
  func die(_ parcel: Parcel, _ why: DeliveryFailure, _ wall: Int64) {
    release(parcel)
    var why = why
    if parcel.mayHaveArrived { why.isUnknown = true }
    let wasHeld = parcel.isHeld
    if !wasHeld { leaveBatch(parcel.ticket) }
    changes.held[parcel.ticket] = Held(
      state: .dead, isNew: !wasHeld || changes.held[parcel.ticket]?.isNew ?? false, due: wall, lane: "",
      parcel: parcel, failure: why)
    changes.counts["dead", default: 0] += 1
    tell(parcel, .refused(why), wall)
    leaveToken(parcel)
  }

  /// Ends a notification of which nothing stays in the file.
  func end(_ parcel: Parcel, _ end: DeliveryEnd, _ wall: Int64) {
    release(parcel)
    if parcel.isHeld {
      changes.held[parcel.ticket] = nil
      changes.ended[parcel.ticket] = parcel.nameHashes
    } else {
      leaveBatch(parcel.ticket)
    }
    switch end {
    case .delivered:
      changes.counts["delivered", default: 0] += 1
      if parcel.isRecalled {
        recallSent(parcel.notification)
      } else if options.recallOfSent != .nothing, !parcel.notification.isOfRecall {
        changes.sent.append(parcel)
      }
    case .expired: changes.counts["expired", default: 0] += 1
    case .withdrawn: changes.counts["withdrawn", default: 0] += 1
    case .refused, .undelivered: break
    }
    tell(parcel, end, wall)
    leaveToken(parcel)
  }

  /// Ends a notification that was recalled, and makes sure that it is gone where an attempt had no answer.
  ///
  /// - Returns: what was done about that.
  @discardableResult
  func withdraw(_ parcel: Parcel, _ wall: Int64) -> String? {
    end(parcel, .withdrawn(mayHaveArrived: parcel.mayHaveArrived), wall)
    return parcel.mayHaveArrived ? recallSent(parcel.notification) : nil
  }

  private func tell(_ parcel: Parcel, _ end: DeliveryEnd, _ wall: Int64) {
    if let name = parcel.recalledAs, let count = underWay[name] {
      underWay[name] = count > 1 ? count - 1 : nil
      if count == 1 { changes.settledRecalls.append(name) }
    }
    addEvent(
      parcel.notification, end, parcel.attempts, wall, isRecalled: parcel.isRecalled && end == .delivered)
    changes.ends.append((parcel, end))
    commitSoon(options.markDelay)
  }

  private func leaveBatch(_ ticket: UInt64) {
    let id = OutboxBatch.batch(of: ticket)
    batches[id]?.leave(OutboxBatch.index(of: ticket))
    changed(id)
  }

  /// Lets the next of the same device token go.
  private func leaveToken(_ parcel: Parcel) {
    guard parcel.token != 0 else { return }
    if parcel.isHeld { heldTokens.remove(parcel.token) }
    // The parcel that owns the token releases the next one when it finishes; a queued parcel must not.
    guard !busy.contains(parcel.token), !parcel.isBehind else { return }
    if var followers = parked[parcel.token] {
      let follower = followers.removeFirst()
      follower.ownsToken = true
      busy.insert(parcel.token)
      next.append(follower)
      parkedCount -= 1
      parked[parcel.token] = followers.isEmpty ? nil : followers
    } else if heldTokens[parcel.token] {
      // The next has to be written down as due before it is given.
      changes.wakes.insert(parcel.token)
      commitSoon(options.commitDelay)
    }
  }
}
