import NotificationViews
import Presentation

/// Responses to actions that are for the owner of the session alone, while it is locked.
extension DesktopMachine {
  /// The session's lock, as far as it is known.
  enum Lock {
    /// No action has needed it.
    case unwatched
    /// It was asked for.
    case asking
    case locked
    case unlocked
    /// It cannot be known; actions are taken as they come.
    case unknown
  }

  /// Begins to watch the lock where an action needs the session's owner.
  mutating func watchLock(for presentation: NotificationPresentation) {
    guard case .unwatched = lock,
      presentation.allActions.contains(where: { $0.options.contains(.authenticationRequired) })
    else { return }
    lock = .asking
    effects.append(.watchLock)
  }

  /// Returns whether a response is held back: its action needs the owner, who may be away.
  func holds(_ response: ShownNotification.Response, of entry: ShownNotification) -> Bool {
    switch lock {
    case .unwatched, .unlocked, .unknown: false
    case .asking, .locked:
      entry.content.presentation.allActions.contains {
        $0.identifier == response.action && $0.options.contains(.authenticationRequired)
      }
    }
  }

  mutating func lockChanged(_ state: SessionLock.State) {
    switch state {
    case .locked: lock = .locked
    case .unlocked: lock = .unlocked
    case .unknown(let why):
      // A lock that was seen holds until it is seen to be open.
      if case .locked = lock { return }
      lock = .unknown
      notice(once: "lock", "actions with authentication_required are taken at once: \(why)")
    }
    if case .locked = lock { return }
    var held: [(turn: UInt64, id: UInt64, response: ShownNotification.Response)] = []
    for entry in shown {
      if case .held(let response, let turn) = entry.state { held.append((turn, entry.id, response)) }
    }
    for item in held.sorted(by: { $0.turn < $1.turn }) {
      entries.update(item.id) { $0.state = .open }
      proceed(item.id, item.response)
    }
  }
}
