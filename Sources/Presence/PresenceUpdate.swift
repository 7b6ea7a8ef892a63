/// The consequences of a gateway's report.
package struct PresenceUpdate: Sendable, Equatable {
  /// Messages that a user has seen.
  package struct Seen: Sendable, Equatable {
    /// The user.
    package var user: PresenceUser
    /// The identifiers of the messages.
    package var messages: [String]

    /// Makes a value from its parts.
    package init(user: PresenceUser, messages: [String]) {
      self.user = user
      self.messages = messages
    }
  }

  /// The number of the gateway's session: another one than before means that its connections are not known.
  package var session: Int64
  /// The time at which the lease ends, in milliseconds since 1970.
  package var leaseEnd: Int64
  /// The number of connections that are known of the gateway.
  package var connections = 0
  /// The devices whose app is connected, and was not before.
  package var returned: [PresenceDevice] = []
  /// The devices whose app was connected and is not any more: their scheduled pushes are due.
  package var left: [PresenceDevice] = []
  /// The devices on which the user has logged out, and which receive nothing until they connect.
  package var loggedOut: [PresenceDevice] = []
  /// The messages that users have seen.
  package var seen: [Seen] = []
  /// The number of changes that came too late to hold.
  package var ignored = 0

  init(session: Int64, leaseEnd: Int64) {
    self.session = session
    self.leaseEnd = leaseEnd
  }
}
