/// The presence of all users as a value: what it knows changes by reports, and by the time that each call is given.
struct PresenceTable {
  let settings: PresenceSettings
  /// The sessions whose connections may hold, by their keys.
  private(set) var sessions: [SessionKey: GatewaySession] = [:]
  /// The session of each gateway that its next report goes on with.
  private(set) var current: [GatewayName: SessionKey] = [:]
  /// The devices of each user.
  private(set) var records: [PresenceUser: [PresenceRecord]] = [:]
  /// The number of records.
  private(set) var count = 0
  /// The number of records without a connection that holds, or more.
  private(set) var idle = 0
  private var lastKey: SessionKey = 0
  private var lastNumber: Int64 = 0
  private var latest: Int64 = 0
  private var swept: Int64 = 0

  init(_ settings: PresenceSettings) { self.settings = settings }

  // MARK: Records

  /// Returns whether the connection of a record holds at a time.
  func isAttached(_ record: PresenceRecord, at time: Int64) -> Bool {
    record.state.isAttached && sessions[record.session]?.holds(at: time) ?? false
  }

  /// The state of a record at a time; nil where its gateway is gone, so that nothing is known.
  func state(of record: PresenceRecord, at time: Int64) -> PresenceState? {
    !record.state.isAttached || isAttached(record, at: time) ? record.state : nil
  }

  /// Puts a record in the place of a device's former one.
  mutating func put(_ record: PresenceRecord, _ user: PresenceUser) {
    sessions[record.session]?.count(record.state, by: 1)
    if !record.state.isAttached { idle += 1 }
    let place = records[user]?.firstIndex { $0.device.isSame(as: record.device) }
    guard let place else {
      records[user, default: []].append(record)
      count += 1
      return
    }
    if let old = records[user]?[place] { release(old) }
    records[user]?[place] = record
  }

  /// Takes a record off the counts that it is in.
  private mutating func release(_ record: PresenceRecord) {
    // The records of a session that is gone count as idle since then.
    guard record.state.isAttached, sessions[record.session] != nil else {
      idle -= 1
      return
    }
    sessions[record.session]?.count(record.state, by: -1)
  }

  /// Removes records of a user.
  mutating func remove(_ gone: [PresenceRecord], of user: PresenceUser) {
    guard !gone.isEmpty else { return }
    for record in gone { release(record) }
    count -= gone.count
    records[user]?.removeAll { record in gone.contains { $0.device.isSame(as: record.device) } }
    if records[user]?.isEmpty ?? false { records[user] = nil }
  }

  // MARK: Sessions

  /// Returns the session that a gateway's report goes on with, or begins.
  mutating func session(of report: GatewayReport, at time: Int64) throws(PresenceError) -> SessionKey {
    if let key = current[report.gateway], sessions[key]?.holds(at: time) ?? false {
      sessions[key]?.lease = report.lease
      sessions[key]?.reported = time
      return key
    }
    end(report.gateway)
    guard current.count < settings.limits.gateways else {
      throw .tooManyGateways(settings.limits.gateways)
    }
    return begin(
      GatewaySession(
        gateway: report.gateway, number: max(time, lastNumber + 1), lease: report.lease, reported: time),
      isCurrent: true)
  }

  /// Begins a session.
  ///
  /// - Parameter isCurrent: whether the gateway's next report goes on with it.
  mutating func begin(_ session: GatewaySession, isCurrent: Bool) -> SessionKey {
    repeat { lastKey &+= 1 } while sessions[lastKey] != nil
    sessions[lastKey] = session
    lastNumber = max(lastNumber, session.number)
    if isCurrent { current[session.gateway] = lastKey }
    return lastKey
  }

  /// Ends the session of a gateway, and with it its connections; returns whether there was one.
  @discardableResult mutating func end(_ gateway: GatewayName) -> Bool {
    guard let key = current.removeValue(forKey: gateway) else { return false }
    remove(key)
    return true
  }

  private mutating func remove(_ key: SessionKey) {
    guard let session = sessions.removeValue(forKey: key) else { return }
    idle += session.connected + session.background
  }

  // MARK: Time

  /// Ends what does not hold any more at a time, and forgets what nobody asks for.
  mutating func expire(at time: Int64) {
    turnBack(to: time)
    for (key, session) in sessions where !session.holds(at: time) {
      remove(key)
      if current[session.gateway] == key { current[session.gateway] = nil }
    }
    guard idle * 4 > count, time >= swept + Self.pause else { return }
    swept = time
    sweep(at: time)
  }

  /// The time between two sweeps, each of which looks at all records, in milliseconds.
  private static let pause: Int64 = 60_000

  private mutating func sweep(at time: Int64) {
    for user in Array(records.keys) {
      remove((records[user] ?? []).filter { !isWorthKeeping($0, at: time) }, of: user)
    }
  }

  private func isWorthKeeping(_ record: PresenceRecord, at time: Int64) -> Bool {
    guard !record.state.isAttached else { return isAttached(record, at: time) }
    return time < record.reported + settings.limits.memory
  }

  /// Moves times back where the clock was set back, so that nothing holds for longer by that.
  mutating func turnBack(to time: Int64) {
    defer { latest = max(latest, time) }
    // Calls on several threads are a little out of order.
    guard time < latest - 1000 else { return }
    latest = time
    swept = min(swept, time)
    sessions = sessions.mapValues { $0.turnedBack(to: time) }
    records = records.mapValues { $0.map { $0.turnedBack(to: time) } }
  }
}
