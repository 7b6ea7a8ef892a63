import Delivery
import NotificationModel

/// A notification of an outbox, as its operator sees it.
package struct OutboxEntry: Sendable {
  /// The state of an entry in the file.
  package enum State: String, Sendable, CaseIterable {
    /// It was not tried yet, or is being tried.
    case queued
    /// It waits to be tried again.
    case waiting
    /// It will not be tried, unless somebody says so.
    case dead
  }

  package var state: State
  package var notification: PushNotification
  /// Milliseconds since 1970, as all times here.
  package var acceptedAt: Int64
  package var attempts = 0
  /// When it is tried again; nil where another of its device token comes first, and for what is queued or dead.
  package var due: Int64?
  /// When it died.
  package var diedAt: Int64?
  /// What it waits for together with others, such as a credential; empty for nothing.
  package var lane = ""
  /// Why the last attempt failed.
  package var failure: DeliveryFailure?
  /// Whether an attempt had no answer.
  package var mayHaveArrived: Bool

  init(state: State, notification: PushNotification, acceptedAt: Int64) {
    self.state = state
    self.notification = notification
    self.acceptedAt = acceptedAt
    mayHaveArrived = notification.mayHaveArrived
  }

  /// Notes that a process that was killed may have sent it, which neither its row nor its batch says.
  ///
  /// - Parameter batch: the last batch that may have been given to the sink; 0 after a clean end.
  mutating func noteGiven(upTo batch: Int64) {
    switch state {
    case .queued: mayHaveArrived = mayHaveArrived || Int64(notification.ticket >> 10) <= batch
    case .waiting: mayHaveArrived = mayHaveArrived || (batch > 0 && due != nil)
    case .dead: break
    }
  }

  /// Which notifications somebody means.
  package struct Selection: Sendable {
    package var states = Set(State.allCases)
    /// The reason of their failure; nil for any.
    package var reason: String?
    /// What they go by: a `request.identifier`, an `apns-id`, and whatever recalls may name; empty for any.
    package var names: Set<String> = []

    package init() {}

    func takes(_ entry: OutboxEntry) -> Bool {
      guard states.contains(entry.state), reason == nil || entry.failure?.reason == reason else {
        return false
      }
      return names.isEmpty || entry.notification.names.contains(where: names.contains)
    }
  }
}
