import Synchronization

/// The presence of all users: where they are connected, and what that means for pushes.
///
/// It has no clock: each call is given the time, in milliseconds since 1970.
package final class PresenceBook: Sendable {
  private struct State {
    var table: PresenceTable
    /// The number of calls that may have changed something.
    var changes = 0
  }

  /// The settings.
  package let settings: PresenceSettings
  private let state: Mutex<State>

  /// Makes a book that knows nobody.
  package init(_ settings: PresenceSettings = PresenceSettings()) {
    self.settings = settings
    state = Mutex(State(table: PresenceTable(settings)))
  }

  /// Applies a gateway's report.
  ///
  /// - Throws: ``PresenceError`` where it would exceed a limit; then nothing of it holds.
  package func update(_ report: GatewayReport, at time: Int64) throws(PresenceError) -> PresenceUpdate {
    try state.withLock { state throws(PresenceError) in
      state.changes += 1
      return try state.table.update(report, at: time)
    }
  }

  /// Ends a gateway's connections; returns whether it was known.
  package func end(_ gateway: GatewayName, at time: Int64) -> Bool {
    change { table in
      let holds = table.current[gateway].flatMap { table.sessions[$0] }?.holds(at: time) ?? false
      return table.end(gateway) && holds
    }
  }

  /// Ends what does not hold any more, and forgets what nobody asks for.
  package func expire(at time: Int64) { state.withLock { $0.table.expire(at: time) } }

  /// Forgets that a user has logged out on a device, where the app registers again.
  package func registered(_ device: PresenceDevice) {
    change { table in
      let known = table.records[device.user] ?? []
      table.remove(
        known.filter { $0.state == .loggedOut && $0.device.isSame(as: device.device) }, of: device.user)
    }
  }

  /// Forgets a user.
  package func forget(_ user: PresenceUser) {
    change { table in table.remove(table.records[user] ?? [], of: user) }
  }

  private func change<Result>(_ body: (inout PresenceTable) -> Result) -> Result {
    state.withLock { state in
      state.changes += 1
      return body(&state.table)
    }
  }

  // MARK: Restarts

  /// The number of changes up to now, by which it shows whether a snapshot is out of date.
  package var changes: Int { state.withLock { $0.changes } }

  /// Returns what is known at a time as bytes, from which another process goes on.
  ///
  /// - Parameter isLast: true where nothing changes any more; after any other snapshot the gateways have to report their
  ///   connections again.
  package func snapshot(at time: Int64, isLast: Bool) -> [UInt8] {
    // Written without the lock: the table is a value.
    let table = state.withLock { $0.table }
    return PresenceSnapshot.bytes(of: table, at: time, isLast: isLast)
  }

  /// Goes on from a snapshot at a time: its connections hold for one lease from now.
  ///
  /// - Throws: ``PresenceSnapshot/Damaged``; then nothing has changed.
  package func restore(_ snapshot: [UInt8], at time: Int64) throws(PresenceSnapshot.Damaged) {
    var table = PresenceTable(settings)
    try PresenceSnapshot.read(snapshot, into: &table, at: time)
    state.withLock { state in
      state.table = table
      state.changes += 1
    }
  }

  // MARK: Questions

  /// Decides on a push to each of a user's devices at a time; a device that is not known receives it.
  package func decide(_ user: PresenceUser, devices: [String], at time: Int64) -> [PresenceDecision] {
    state.withLock { $0.table.decide(user, devices: devices, at: time) }
  }

  /// Returns whether a user has logged out on a device, and not connected since.
  package func isLoggedOut(_ device: PresenceDevice) -> Bool {
    state.withLock { state in
      state.table.records[device.user]?.first { $0.device.isSame(as: device.device) }?.state == .loggedOut
    }
  }

  /// Returns what is known of a user's devices at a time.
  package func standings(of user: PresenceUser, at time: Int64) -> [PresenceStanding] {
    state.withLock { $0.table.standings(of: user, at: time) }
  }

  /// Returns the gateways whose lease holds at a time, by name.
  package func gateways(at time: Int64) -> [GatewayStanding] {
    state.withLock { $0.table.gateways(at: time) }
  }
}

extension PresenceTable {
  fileprivate func standings(of user: PresenceUser, at time: Int64) -> [PresenceStanding] {
    (records[user] ?? []).compactMap { record in
      guard let state = state(of: record, at: time) else { return nil }
      return PresenceStanding(
        device: record.device, state: state, since: record.since,
        gateway: sessions[record.session]?.gateway.gateway)
    }
  }

  fileprivate func gateways(at time: Int64) -> [GatewayStanding] {
    current.compactMap { name, key in
      guard let session = sessions[key], session.holds(at: time) else { return nil }
      return GatewayStanding(
        name: name, session: session.number, leaseEnd: session.end, connected: session.connected,
        background: session.background)
    }.sorted { ($0.name.application, $0.name.gateway) < ($1.name.application, $1.name.gateway) }
  }
}
