import Composition
import NotificationModel

/// A registration of a user's device for an application.
package struct Device: Sendable, Equatable {
  /// The number of the registration, which is never given again: its pushes go by the name `device:NUMBER`.
  package let number: Int64
  /// The application's key.
  package let application: String
  /// The user.
  package let user: String
  /// The name that the chat backend gives the device.
  package let name: String
  /// The device token's bytes, a secret; empty where the registration has ended.
  package let token: [UInt8]
  /// The environment of the token.
  package let environment: PushEnvironment
  /// The languages, with the best first.
  package let locales: [String]
  /// The time zone, as `Europe/Rome`; nil where it is not known.
  package let timeZone: String?
  /// The user's permission.
  package let permission: PushPermission
  /// The number on the app's icon.
  package let badge: Int
  /// A Boolean value that indicates whether pushes must not show what a message says, nor who sent it.
  package let hidesDetails: Bool
  /// The time of the last registration, in milliseconds since 1970.
  package let registeredAt: Int64
  /// The time of the last change, in milliseconds since 1970.
  package let changedAt: Int64
  /// The state.
  package let state: DeviceState

  /// The name of every push of this registration, by which they are withdrawn when it ends.
  package var pushName: String { Self.pushName(number) }

  /// Returns the name of every push of a registration.
  package static func pushName(_ number: Int64) -> String { NotificationName.own("device:\(number)") }
}
