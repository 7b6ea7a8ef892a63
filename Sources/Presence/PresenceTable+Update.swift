extension PresenceTable {
  /// Applies a gateway's report.
  ///
  /// - Parameter time: the time of the report, in milliseconds since 1970.
  /// - Throws: ``PresenceError`` where it would exceed a limit; then nothing of it holds.
  mutating func update(_ report: GatewayReport, at time: Int64) throws(PresenceError) -> PresenceUpdate {
    turnBack(to: time)
    try checkRoom(report)
    let key = try session(of: report, at: time)
    var update = PresenceUpdate(session: sessions[key]?.number ?? time, leaseEnd: time + report.lease)
    for change in report.changes {
      let user = PresenceUser(application: report.gateway.application, user: change.user)
      if !change.seen.isEmpty { update.seen.append(.init(user: user, messages: change.seen)) }
      if let state = change.state { apply(change, state, user, key, at: time, &update) }
    }
    // A later change of the same report may have taken one back.
    update.returned.removeAll { state(of: $0) == .loggedOut }
    update.loggedOut.removeAll { state(of: $0) != .loggedOut }
    update.connections = sessions[key].map { $0.connected + $0.background } ?? 0
    return update
  }

  private func checkRoom(_ report: GatewayReport) throws(PresenceError) {
    let states = report.changes.count { $0.state != nil }
    let limits = settings.limits
    if count + states > limits.devices {
      let new = report.changes.count { $0.state != nil && record(of: $0, report.gateway) == nil }
      if count + new > limits.devices { throw .tooManyDevices(limits.devices) }
    }
    var added: [PresenceUser: Set<PresenceDevice>] = [:]
    for (index, change) in report.changes.enumerated()
    where change.state != nil && record(of: change, report.gateway) == nil {
      let user = PresenceUser(application: report.gateway.application, user: change.user)
      added[user, default: []].insert(PresenceDevice(user, change.device))
      let sum = (records[user]?.count ?? 0) + (added[user]?.count ?? 0)
      if sum > limits.devicesPerUser { throw .tooManyDevicesOfUser(limits.devicesPerUser, change: index) }
    }
  }

  private func record(of change: PresenceChange, _ gateway: GatewayName) -> PresenceRecord? {
    records[PresenceUser(application: gateway.application, user: change.user)]?
      .first { $0.device.isSame(as: change.device) }
  }

  private func state(of device: PresenceDevice) -> PresenceState? {
    records[device.user]?.first { $0.device.isSame(as: device.device) }?.state
  }

  private mutating func apply(
    _ change: PresenceChange, _ state: PresenceState, _ user: PresenceUser, _ key: SessionKey,
    at now: Int64, _ update: inout PresenceUpdate
  ) {
    // A clock that is ahead must not make later changes look late.
    let time = min(change.time ?? now, now)
    let old = records[user]?.first { $0.device.isSame(as: change.device) }
    let known = old.flatMap { self.state(of: $0, at: now) == nil ? nil : $0 }
    guard known.map({ accepts(change, state, $0, key, at: time, now: now) }) ?? true else {
      update.ignored += 1
      return
    }
    let isSame = known?.state == state
    put(
      PresenceRecord(
        device: old?.device ?? change.device, state: state, since: isSame ? known?.since ?? time : time,
        reported: time, session: key,
        connection: change.connection ?? (isSame ? known?.connection : nil)),
      user)
    let device = PresenceDevice(user, change.device)
    if state == .connected, !isSame { update.returned.append(device) }
    if !state.isAttached, known?.state.isAttached == true { update.left.append(device) }
    if state == .loggedOut { update.loggedOut.append(device) }
  }

  private func accepts(
    _ change: PresenceChange, _ state: PresenceState, _ record: PresenceRecord, _ key: SessionKey,
    at time: Int64, now: Int64
  ) -> Bool {
    // Whether the gateway's last session is still known must not matter once it has ended.
    if let holder = sessions[record.session], holder.holds(at: now),
      holder.gateway == sessions[key]?.gateway
    {
      return record.accepts(change, state, at: time)
    }
    return record.accepts(fromOther: state, at: time, isAttached: isAttached(record, at: now))
  }
}
