/// The state of an app on a device, as a chat server sees it.
package enum PresenceState: String, Sendable, CaseIterable {
  /// The app is in front of its user, and connected.
  case connected
  /// The app is in the background, and still connected.
  case background
  /// The system has suspended the app; it has no connection.
  case suspended
  /// The app has ended.
  case killed
  /// The user has logged out on the device.
  case loggedOut = "logged_out"

  /// A Boolean value that indicates whether the app has a connection to a chat server.
  package var isAttached: Bool { self == .connected || self == .background }
}
