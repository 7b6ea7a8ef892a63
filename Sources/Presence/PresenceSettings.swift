/// The settings of the presence.
package struct PresenceSettings: Sendable, Equatable {
  /// The rule for users with several devices.
  package var rule = PresenceRule.allDevices
  /// The time in the background after which pushes are made, in milliseconds.
  package var backgroundAfter: Int64 = 120_000
  /// The longest lease that a gateway may ask for, in milliseconds.
  package var longestLease: Int64 = 600_000
  /// The limits of what is kept in memory.
  package var limits = PresenceLimits()

  /// Makes the settings of a service whose configuration says nothing of them.
  package init() {}
}

/// The limits of what is kept of the presence in memory.
package struct PresenceLimits: Sendable, Equatable {
  /// The most devices that are known at once, of all users.
  package var devices = 1_000_000
  /// The most devices of a user.
  package var devicesPerUser = 64
  /// The most gateways.
  package var gateways = 1000
  /// The time for which a device without connection is known, in milliseconds: reports that come later than that are none
  /// of before.
  package var memory: Int64 = 600_000

  /// Makes the usual limits.
  package init() {}
}

/// A report that would exceed a limit; nothing of it holds.
package enum PresenceError: Error, Equatable {
  /// There are as many gateways as there may be.
  case tooManyGateways(Int)
  /// There are as many devices as there may be.
  case tooManyDevices(Int)
  /// A user has as many devices as there may be; the number of the change.
  case tooManyDevicesOfUser(Int, change: Int)
}
