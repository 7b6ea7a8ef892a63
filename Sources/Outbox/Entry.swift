import Delivery
import Digests
import EventLoop
import NotificationModel

/// An entry of the outbox that is in memory: a notification, and what it is doing.
///
/// An object, for several indexes have it.
package final class Entry {
  /// The place of an entry in the file.
  package enum Home {
    /// In the row of its batch, which has many.
    case batch
    /// In a row of its own that the next commit writes.
    case newRow
    /// In a row of its own.
    case row
  }

  package var notification: PushNotification
  /// The hash of its device token and class, within which order is kept; nil where it has no device token.
  package let token: UInt64?
  package let priority: PriorityClass
  package let acceptedAt: Int64
  /// The time from which on it is too late for it, in milliseconds since 1970.
  package let expires: Int64
  package private(set) var state: EntryState
  package private(set) var home: Home
  package var attempts = 0
  /// A Boolean value that indicates whether an attempt had no answer.
  package var mayHaveArrived: Bool

  private init(
    _ notification: PushNotification, acceptedAt: Int64, _ options: OutboxOptions, _ state: EntryState,
    _ home: Home
  ) {
    self.notification = notification
    (self.acceptedAt, self.notification.acceptedAt) = (acceptedAt, acceptedAt)
    self.state = state
    self.home = home
    mayHaveArrived = notification.mayHaveArrived
    priority = PriorityClass(notification)
    token = Self.token(notification, priority)
    expires = Self.expires(notification, acceptedAt, options)
  }

  /// Makes an entry of a batch.
  package convenience init(_ notification: PushNotification, acceptedAt: Int64, _ options: OutboxOptions) {
    self.init(notification, acceptedAt: acceptedAt, options, .fresh, .batch)
  }

  /// Makes an entry that has a row of its own.
  package convenience init(
    held notification: PushNotification, _ wait: EntryState.Wait, acceptedAt: Int64, _ options: OutboxOptions
  ) {
    self.init(notification, acceptedAt: acceptedAt, options, .held(wait), .row)
  }

  package var ticket: UInt64 { notification.ticket }

  /// The hashes of its names, by which recalls find its row.
  var nameHashes: [UInt64] {
    var hashes: [UInt64] = []
    notification.eachName { hashes.append(StableHash.of($0)) }
    return hashes
  }

  /// Enters another state.
  ///
  /// - Returns: false where the state does not allow that; then nothing has changed.
  func enter(_ next: EntryState) -> Bool {
    guard state.allows(next) else { return false }
    state = next
    if case .held = next, home == .batch { home = .newRow }
    return true
  }

  private static func token(_ notification: PushNotification, _ priority: PriorityClass) -> UInt64? {
    guard let token = notification.deviceToken else { return nil }
    let hasCapitals = token.utf8.contains { (0x41...0x5A).contains($0) }
    return StableHash.of(hasCapitals ? token.lowercased() : token, UInt64(priority.rawValue))
  }

  private static func expires(
    _ notification: PushNotification, _ acceptedAt: Int64, _ options: OutboxOptions
  ) -> Int64 {
    let limit = acceptedAt + options.keepsFor.milliseconds
    return switch notification.headers.expiration.flatMap({ Int64($0) }) {
    case 0?: min(acceptedAt + options.keepsForOnce.milliseconds, limit)
    case let given? where given > 0 && given < 1 << 40: min(given * 1000, limit)
    default: limit
    }
  }
}

/// The classes of notifications that the outbox tells apart, as its file numbers them.
package enum PriorityClass: Int, CaseIterable {
  /// Notifications that may wait: `apns-priority` 5 and 1, and background pushes.
  case patient = 0
  /// Notifications that should arrive at once: `apns-priority` 10.
  case urgent = 1

  package init(_ notification: PushNotification) {
    let headers = notification.headers
    switch headers.priority {
    case "5", "1": self = .patient
    case nil where headers.pushType == "background": self = .patient
    default: self = .urgent
    }
  }
}
