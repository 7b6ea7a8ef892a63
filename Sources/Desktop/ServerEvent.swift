/// An event of a notification server.
package enum ServerEvent: Sendable {
  /// The server has answered what it can do and what it is: at the first call, and again where another takes its place.
  case ready(ServerCapabilities)
  /// The server has gone, with all that it showed.
  case gone
  /// A notification, by the server's number, is not shown any longer.
  case closed(UInt32, CloseReason)
  /// A person has pressed a button.
  case invoked(UInt32, key: String)
  /// A person has written something in the notification itself.
  case replied(UInt32, text: String)
  /// The token by which the app may bring its window to the front.
  case token(UInt32, String)
}

/// The reason for which a notification is not shown any longer.
///
/// Source: Desktop Notifications Specification 1.2, `NotificationClosed`.
package enum CloseReason: UInt32, Sendable {
  case expired = 1
  case dismissed = 2
  case closed = 3
  case undefined = 4

  /// The reason as events have it.
  package var word: String {
    switch self {
    case .expired: "expired"
    case .dismissed: "dismissed"
    case .closed: "closed"
    case .undefined: "undefined"
    }
  }
}

/// The server's answer to a notification.
package enum ShowResult: Sendable {
  /// It is shown, under this number.
  case shown(UInt32)
  /// There is no server, or it has enough at the moment; `isUnknown` where it may be shown all the same.
  case unavailable(String, isUnknown: Bool)
  /// The server refuses what it was given.
  case refused(String)
}
