/// A decision on a message for one device.
package enum Decision: String, Sendable, CaseIterable {
  /// A push is made.
  case push
  /// A push is made later, unless the client comes back.
  case scheduled
  /// The client is connected.
  case online
  /// The recipient has muted the channel.
  case muted
  /// It is the recipient's quiet time.
  case quietHours = "quiet_hours"
  /// The recipient has permitted nothing that the push could do.
  case notPermitted = "not_permitted"
  /// The user has logged out on the device.
  case loggedOut = "logged_out"
  /// APNs has refused the device's token.
  case suspended
  /// The recipient has no device.
  case noDevice = "no_device"
  /// There is nothing to show.
  case noContent = "no_content"
  /// Messages of the kind are never pushed.
  case neverPushes = "never_pushes"
}
