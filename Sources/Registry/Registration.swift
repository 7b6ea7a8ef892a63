import Composition
import NotificationModel

/// The device of a user as a chat backend describes it.
package struct Registration: Sendable, Equatable {
  /// The application's key.
  package var application: String
  /// The environment of the token, which is the application's.
  package var environment: PushEnvironment
  /// The user.
  package var user: String
  /// The name that the chat backend gives the device.
  package var name: String
  /// The device token's bytes.
  package var token: [UInt8]
  /// The languages, with the best first.
  package var locales: [String] = []
  /// The time zone.
  package var timeZone: String?
  /// The user's permission.
  package var permission = PushPermission.granted(.all)
  /// The number on the app's icon; nil to keep the one that was counted.
  package var badge: Int?
  /// A Boolean value that indicates whether pushes must not show what a message says, nor who sent it.
  package var hidesDetails = false

  /// Makes a registration of a device whose user has granted everything.
  package init(
    application: String, environment: PushEnvironment, user: String, name: String, token: [UInt8]
  ) {
    (self.application, self.environment, self.user, self.name, self.token) =
      (application, environment, user, name, token)
  }

  /// Makes the registration that a device has.
  init(_ device: Device) {
    self.init(
      application: device.application, environment: device.environment, user: device.user, name: device.name,
      token: device.token)
    (locales, timeZone, permission) = (device.locales, device.timeZone, device.permission)
    hidesDetails = device.hidesDetails
  }
}

/// The effect of a registration.
package struct Registered: Sendable, Equatable {
  /// The kinds of effects.
  package enum Kind: String, Sendable, CaseIterable {
    /// Neither the device nor its token was known.
    case new
    /// The device was known with this token.
    case updated
    /// The device was known with another token.
    case token
    /// The device or the token was another registration's, which has ended.
    case moved
  }

  /// The device as it is registered now.
  package let device: Device
  /// The kind.
  package let kind: Kind
  /// A Boolean value that indicates whether the registration has a number of its own that did not exist before.
  package let isCreated: Bool
  /// The reasons for which other registrations have ended.
  package let ended: [RemovalReason]

  /// Returns the same effect on a device that has changed since.
  func of(_ device: Device) -> Registered {
    Registered(device: device, kind: kind, isCreated: isCreated, ended: ended)
  }
}
