/// The state of a registration, with times in milliseconds since 1970.
package enum DeviceState: Sendable, Equatable {
  /// Pushes are sent.
  case active
  /// APNs refuses the token; nothing is sent until the device registers again.
  case suspended(since: Int64, SuspensionReason)
  /// The user has logged out on the device; nothing is sent until the device connects or registers again.
  case loggedOut(since: Int64)
  /// The registration has ended; its number is never given again.
  case gone(at: Int64, RemovalReason)

  /// The word for programs.
  package var word: String { code.word }

  var code: Code {
    switch self {
    case .active: .active
    case .suspended: .suspended
    case .loggedOut: .loggedOut
    case .gone: .gone
    }
  }

  /// The state in the file, whose numbers stay.
  package enum Code: Int, Sendable, CaseIterable {
    case active = 0
    case suspended = 1
    case loggedOut = 2
    case gone = 3

    /// The word for programs.
    package var word: String {
      switch self {
      case .active: "active"
      case .suspended: "suspended"
      case .loggedOut: "logged_out"
      case .gone: "gone"
      }
    }
  }
}

/// The reason why APNs refuses the token of a device that may be there all the same.
package enum SuspensionReason: String, Sendable, CaseIterable {
  /// The token is not one of the environment.
  case badDeviceToken = "BadDeviceToken"
  /// The token is another app's.
  case deviceTokenNotForTopic = "DeviceTokenNotForTopic"
}

/// The reason why a registration has ended.
package enum RemovalReason: String, Sendable, CaseIterable {
  /// Its token belongs to another user or another device now.
  case moved
  /// Another user has registered the device.
  case replaced
  /// APNs says that the app is not on the device any more (410).
  case unregistered
  /// A request has removed the device.
  case deleted
  /// A request has removed the user.
  case userDeleted = "user_deleted"
}
