/// The state of one device of a user.
struct PresenceRecord: Equatable {
  /// The device.
  let device: String
  /// The state.
  var state: PresenceState
  /// The time since which it is in this state, in milliseconds since 1970.
  var since: Int64
  /// The time of the last report of it, in milliseconds since 1970.
  var reported: Int64
  /// The session of the gateway that reported it.
  var session: SessionKey
  /// The gateway's name for the connection; nil where it gave none.
  var connection: String?
}

/// The number of a session within the book; none is used again.
typealias SessionKey = UInt32

extension PresenceRecord {
  /// The time by which the clocks of two gateways may differ, in milliseconds.
  static let skew: Int64 = 10_000

  /// Returns whether a change of the gateway that reported the record holds.
  ///
  /// - Parameter time: the time of the change.
  func accepts(_ change: PresenceChange, _ state: PresenceState, at time: Int64) -> Bool {
    // A request that is sent again after later ones.
    guard time >= reported else { return false }
    if state == .connected { return true }
    // The end of a connection says nothing of one that was made before the end was noticed.
    if self.state.isAttached, let old = connection, let named = change.connection, !old.isSame(as: named) {
      return false
    }
    return self.state != .loggedOut || state == .loggedOut
  }

  /// Returns whether a change of another gateway holds.
  ///
  /// - Parameter isAttached: whether the record's connection holds.
  func accepts(fromOther state: PresenceState, at time: Int64, isAttached: Bool) -> Bool {
    if state == .connected { return time >= reported - Self.skew }
    // What a gateway says of a connection that has moved on is too late.
    guard !isAttached, time > reported else { return false }
    return self.state != .loggedOut || state == .loggedOut
  }

  /// Returns the record as if nothing had been reported after a time.
  func turnedBack(to time: Int64) -> PresenceRecord {
    var record = self
    record.since = min(since, time)
    record.reported = min(reported, time)
    return record
  }
}
