/// The state of a device as it is shown.
package struct PresenceStanding: Sendable, Equatable {
  /// The device.
  package let device: String
  /// The state.
  package let state: PresenceState
  /// The time since which it is in this state, in milliseconds since 1970.
  package let since: Int64
  /// The gateway that has reported it; nil where that is not known any more.
  package let gateway: String?
}

/// The state of a gateway as it is shown.
package struct GatewayStanding: Sendable, Equatable {
  /// The gateway.
  package let name: GatewayName
  /// The number of its session.
  package let session: Int64
  /// The time at which the lease ends, in milliseconds since 1970.
  package let leaseEnd: Int64
  /// The number of connections in the foreground.
  package let connected: Int
  /// The number of connections in the background.
  package let background: Int
}
