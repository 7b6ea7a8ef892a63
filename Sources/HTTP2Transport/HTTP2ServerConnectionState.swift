import NIOCore

/// The state of a server's connection that its limits look at.
struct HTTP2ServerConnectionState {
  /// The phase of a connection.
  enum Phase: Equatable {
    /// TLS's handshake.
    case securing
    /// TLS stands, and HTTP/2's preface is missing.
    case greeting
    case open
    /// The client was told of the end, and may have requests under way.
    case announced(reason: String)
    /// No further request is accepted; the connection ends with the last that is open.
    case leaving
    case ended
  }

  /// The reading from the socket.
  enum Reading {
    case on
    /// Off until the server has less in flight.
    case paused
    /// Off for good, by the handler.
    case stopped
  }

  var phase = Phase.securing
  /// The time at which the phase began.
  var since = NIODeadline.now()
  /// The time at which the last request began or ended.
  var lastActivity = NIODeadline.now()
  var meter: FloodMeter
  var reading = Reading.on
  /// The bytes in flight of this connection.
  var bytes = 0
  /// The next look at what is overdue.
  var nextLook = NIODeadline.distantFuture
  var look: Scheduled<Void>?

  init(_ limits: HTTP2Server.Limits) { meter = FloodMeter(limits, now: lastActivity) }
}

/// One look at what is overdue.
struct DeadlineCheck {
  let now: NIODeadline
  /// The first time at which something else can be overdue.
  private(set) var next = NIODeadline.distantFuture

  init(now: NIODeadline) { self.now = now }

  /// True when something that began at a time has taken as long as it may.
  mutating func isOverdue(_ begin: NIODeadline, _ limit: Duration) -> Bool {
    let due = begin + .nanoseconds(of: limit)
    if due <= now { return true }
    next = min(next, due)
    return false
  }
}
