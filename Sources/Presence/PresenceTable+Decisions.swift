extension PresenceTable {
  /// Decides on a push to each of a user's devices at a time.
  func decide(_ user: PresenceUser, devices: [String], at time: Int64) -> [PresenceDecision] {
    let known = records[user] ?? []
    let shared = known.map { decision(on: $0, at: time) }.max { $0.silence < $1.silence }
    return devices.map { device in
      let record = known.first { $0.device.isSame(as: device) }
      let own = record.map { decision(on: $0, at: time) } ?? .push
      if own == .loggedOut || settings.rule == .eachDevice { return own }
      return shared.flatMap { $0 == .loggedOut ? nil : $0 } ?? .push
    }
  }

  private func decision(on record: PresenceRecord, at time: Int64) -> PresenceDecision {
    switch state(of: record, at: time) {
    case .connected: return .online
    case .background:
      // Not after the time, but after more than it.
      let due = min(record.since, time) + settings.backgroundAfter + 1
      return time < due ? .scheduled(due: due) : .push
    case .loggedOut: return .loggedOut
    case .suspended, .killed, nil: return .push
    }
  }
}

extension PresenceDecision {
  /// The time for which a device keeps the others silent: the more, the longer.
  fileprivate var silence: Int64 {
    switch self {
    case .loggedOut: -1
    case .push: 0
    case .scheduled(let due): due
    case .online: .max
    }
  }
}
