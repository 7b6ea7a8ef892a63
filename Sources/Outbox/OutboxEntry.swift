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
  /// The time of its retry; nil where another of its device token comes first, or where it is queued or dead.
  package var due: Int64?
  /// The time at which it became a dead letter.
  package var diedAt: Int64?
  /// The lane in which it waits together with others, such as a credential; empty for none.
  package var lane = ""
  /// The failure of the last attempt.
  package var failure: DeliveryFailure?
  /// A Boolean value that indicates whether an attempt had no answer.
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

  /// A selection of notifications.
  package struct Selection: Sendable {
    package var states = Set(State.allCases)
    /// The reason of their failure; nil for any.
    package var reason: String?
    /// The names of the notifications: a `request.identifier`, an `apns-id`, or any that recalls have; empty for all.
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
