/// The time of a gateway from its first report to the end of its lease: the connections that it reported hold as long.
struct GatewaySession: Equatable {
  /// The gateway.
  let gateway: GatewayName
  /// The number by which the gateway tells it from others.
  let number: Int64
  /// The length of the lease in milliseconds.
  var lease: Int64
  /// The last report, in milliseconds since 1970.
  var reported: Int64
  /// The number of connections in the foreground.
  var connected = 0
  /// The number of connections in the background.
  var background = 0

  /// The end of the lease, in milliseconds since 1970.
  var end: Int64 { reported + lease }

  /// Returns whether the connections hold at a time.
  func holds(at time: Int64) -> Bool { time < end }

  /// Counts a connection of a state, or takes one off.
  mutating func count(_ state: PresenceState, by difference: Int) {
    switch state {
    case .connected: connected += difference
    case .background: background += difference
    case .suspended, .killed, .loggedOut: break
    }
  }

  /// Returns the session as if nothing had been reported after a time.
  func turnedBack(to time: Int64) -> GatewaySession {
    var session = self
    session.reported = min(reported, time)
    return session
  }
}
