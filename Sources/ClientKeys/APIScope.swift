/// A permission of a key of the HTTP API.
package enum APIScope: String, Sendable, CaseIterable, Comparable {
  /// Sending notifications, and test pushes.
  case send
  /// Withdrawing notifications.
  case recall
  /// Reading what became of notifications, without what they say.
  case read
  /// Reading the texts of notifications, and what plugins changed in them.
  case readText = "read:text"
  /// Registering devices of users, reading and removing them, and setting the messages that users are notified of.
  case devices
  /// Reporting where users are connected: for chat servers.
  case presence
  /// Reading the state of the service, and changing it.
  case admin

  package static func < (left: APIScope, right: APIScope) -> Bool {
    (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
  }
}
