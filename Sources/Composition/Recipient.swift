/// One device of a user who receives a message, as far as the push depends on it.
package struct Recipient: Sendable, Equatable {
  /// The user.
  package var user: String
  /// The languages, with the best first.
  package var locales: [String] = []
  /// The user's permission.
  package var permission = PushPermission.granted(.all)
  /// The number on the app's icon as it is.
  package var badgeCount = 0
  /// A Boolean value that indicates whether pushes must not show what a message says, nor who sent it.
  package var hidesDetails = false

  /// Makes a recipient who has granted everything.
  package init(user: String) { self.user = user }
}

/// The permission for notifications that a user has given an app on a device.
package enum PushPermission: Sendable, Equatable {
  /// The ways in which a notification appears.
  package struct Parts: OptionSet, Sendable {
    package let rawValue: UInt8

    /// Makes a set of its bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A banner, or a place in the list.
    package static let alert = Parts(rawValue: 1)
    /// A number on the app's icon.
    package static let badge = Parts(rawValue: 2)
    /// A sound.
    package static let sound = Parts(rawValue: 4)
    /// All of them.
    package static let all: Parts = [.alert, .badge, .sound]
  }

  /// The app has not asked yet.
  case notAsked
  /// The user has refused.
  case denied
  /// The user has granted these parts.
  case granted(Parts)
  /// The system grants these parts without asking, and shows them quietly.
  case provisional(Parts)

  /// The parts that a push may have.
  package var parts: Parts {
    switch self {
    case .notAsked, .denied: []
    case .granted(let parts), .provisional(let parts): parts
    }
  }
}
