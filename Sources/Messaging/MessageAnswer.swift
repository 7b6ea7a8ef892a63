import Composition

/// The answer to a message: the decisions on it.
package struct MessageAnswer: Sendable, Equatable {
  /// The application.
  package var application: String
  /// The message's identifier.
  package var id: String
  /// The decisions, in the order of its recipients.
  package var decisions: [DeviceDecision]
  /// The oddities of the message that its sender should know of: a JSON array of objects with `code` and `text`.
  package var warnings = "[]"
  /// A Boolean value that indicates whether the same message came before.
  package var isReplay = false

  /// Returns the `apns-id` of the push that a decision makes; nil where it makes none.
  package func apnsID(_ decision: DeviceDecision) -> String? {
    guard decision.state != .settled else { return nil }
    return DeviceDecision.apnsID(id, of: application, registration: decision.registration)
  }
}
