import NotificationModel

/// The source of a notification's identifier, where its line has none.
struct NotificationIdentity {
  /// The seed that the host has sent.
  var seed = IdentifierSeed(0)
  /// The place of the notification among those that the seed is for.
  var number = 0
  /// The identifier, once it was asked for.
  var resolved: String?

  /// Returns the identifier, which is that of the line where it has one.
  mutating func resolve(_ line: String?) -> String {
    let found = line ?? seed.identifier(of: number)
    resolved = found
    return found
  }
}
