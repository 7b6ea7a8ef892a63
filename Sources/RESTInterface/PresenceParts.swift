import EventLoop
import Presence
import Registry

/// The presence as the HTTP API serves it.
package struct PresenceParts: Sendable {
  /// The presence of users.
  package let book: PresenceBook
  /// Acts on what gateways report; nil where nothing does.
  package let listener: (any PresenceListener)?
  /// Returns milliseconds since 1970.
  package let clock: @Sendable () -> Int64

  /// Makes a value from its parts.
  package init(
    _ book: PresenceBook, listener: (any PresenceListener)? = nil,
    clock: @escaping @Sendable () -> Int64 = { Timestamp.now }
  ) {
    (self.book, self.listener, self.clock) = (book, listener, clock)
  }
}

extension PresenceParts: UserParts {
  package func forget(_ user: String, application: String) {
    book.forget(PresenceUser(application: application, user: user))
  }
}
