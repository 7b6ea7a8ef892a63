/// A change of an app's state that a gateway reports.
package struct PresenceChange: Sendable, Equatable {
  /// The user.
  package var user: String
  /// The device.
  package var device: String
  /// The state from now on; nil where it stays.
  package var state: PresenceState?
  /// The time of the change by the gateway's clock, in milliseconds since 1970; nil for the time of the report.
  package var time: Int64?
  /// The gateway's name for the connection; nil where it gives none.
  package var connection: String?
  /// The messages that the user has seen on the device.
  package var seen: [String] = []

  /// Makes a change of a state.
  package init(user: String, device: String, state: PresenceState? = nil) {
    self.user = user
    self.device = device
    self.state = state
  }
}

/// The changes that a gateway reports at once, by which it shows that it lives, too.
package struct GatewayReport: Sendable, Equatable {
  /// The gateway.
  package var gateway: GatewayName
  /// The time for which its connections hold without another report, in milliseconds.
  package var lease: Int64
  /// The changes in their order; empty where it only shows that it lives.
  package var changes: [PresenceChange] = []

  /// Makes a report without changes.
  package init(_ gateway: GatewayName, lease: Int64) {
    self.gateway = gateway
    self.lease = lease
  }
}
