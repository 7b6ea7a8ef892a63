/// The rule by which the presence of a user's devices decides on pushes.
package enum PresenceRule: String, Sendable, CaseIterable {
  /// No device receives a push while the user is present on one of them.
  case allDevices = "all_devices"
  /// Each device is looked at by itself.
  case eachDevice = "each_device"
}

/// A decision of the presence on a push to one device.
package enum PresenceDecision: Sendable, Equatable {
  /// The push is made.
  case push
  /// The push is made at a time, in milliseconds since 1970, unless the user comes back.
  case scheduled(due: Int64)
  /// There is none, since the user is connected.
  case online
  /// There is none, since the user has logged out on the device.
  case loggedOut
}
