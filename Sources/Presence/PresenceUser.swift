/// A user of an application.
///
/// Names are equal where their bytes are: as text, Swift takes two spellings of a letter for one name.
package struct PresenceUser: Sendable, Hashable {
  /// The key of the application.
  package let application: String
  /// The name that the chat servers give the user.
  package let user: String

  /// Makes a value from its parts.
  package init(application: String, user: String) {
    self.application = application
    self.user = user
  }

  package static func == (left: PresenceUser, right: PresenceUser) -> Bool {
    left.user.isSame(as: right.user) && left.application.isSame(as: right.application)
  }

  package func hash(into hasher: inout Hasher) {
    user.hashBytes(into: &hasher)
    application.hashBytes(into: &hasher)
  }
}

/// A device of a user.
package struct PresenceDevice: Sendable, Hashable {
  /// The user.
  package let user: PresenceUser
  /// The name that the chat servers give the device.
  package let device: String

  /// Makes a value from its parts.
  package init(_ user: PresenceUser, _ device: String) {
    self.user = user
    self.device = device
  }

  package static func == (left: PresenceDevice, right: PresenceDevice) -> Bool {
    left.device.isSame(as: right.device) && left.user == right.user
  }

  package func hash(into hasher: inout Hasher) {
    user.hash(into: &hasher)
    device.hashBytes(into: &hasher)
  }
}

extension String {
  /// Returns whether a text has the same bytes.
  func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  /// Hashes the bytes, and an end that no text has within it.
  func hashBytes(into hasher: inout Hasher) {
    let isHashed = utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: .init($0)) } != nil
    if !isHashed { for byte in utf8 { hasher.combine(byte) } }
    hasher.combine(UInt8.max)
  }
}
