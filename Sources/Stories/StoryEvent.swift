import NotificationModel

/// An event in the story of a notification.
package struct StoryEvent: Sendable, Equatable {
  /// The kinds of events.
  package enum Kind: Int, Sendable, CaseIterable {
    /// It came in, and went through the chain.
    case passed
    /// It is safe in the queue.
    case accepted
    /// An attempt failed that is made again.
    case attempted
    /// It came to its end.
    case ended
    /// It was recalled, before or behind its end.
    case recalled

    /// The word that stands for it.
    package var word: String {
      switch self {
      case .passed: "passed"
      case .accepted: "accepted"
      case .attempted: "attempted"
      case .ended: "ended"
      case .recalled: "recalled"
      }
    }
  }

  /// The number of the event, which rises; 0 for one that is not written yet.
  package var number: Int64 = 0
  /// The time, in milliseconds since 1970.
  package var time: Int64
  package var kind: Kind
  /// The `apns-id` of the notification.
  package var apnsID: String
  /// The bundle id of the app that the notification is of.
  package var app: String
  /// The members of a JSON object that say what happened.
  package var members: String
  /// The names by which the notification is found; with its first event only.
  package var names: [String] = []

  /// Makes an event that is not written yet.
  package init(
    _ kind: Kind, at time: Int64, apnsID: String, app: String, members: String, names: [String] = []
  ) {
    self.kind = kind
    self.time = time
    self.apnsID = apnsID
    self.app = app
    self.members = members
    self.names = names
  }
}
