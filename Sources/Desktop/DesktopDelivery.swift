import NotificationModel

/// A notification that the sink has accepted and not reported yet.
struct DesktopDelivery {
  private(set) var notification: PushNotification
  var state = State.waiting

  /// The step that a notification has come to.
  indirect enum State {
    /// Behind others.
    case waiting
    /// The presenter makes what is shown of it.
    case presenting(isRecalled: Bool)
    /// It can be shown as soon as the server has said what it can do.
    case ready(DesktopPresenter.Answer)
    /// The server was given it, and owes an answer; it is shown in this entry then.
    case asked(ShownNotification, isRecalled: Bool)
  }

  init(_ notification: PushNotification) {
    self.notification = notification
    // Related notifications are looked for by it, and the presenter shows it.
    self.notification.readVisibleContent()
  }

  var ticket: UInt64 { notification.ticket }

  var isWaiting: Bool {
    if case .waiting = state { true } else { false }
  }

  /// A Boolean value that indicates whether the server owes an answer before it can be shown.
  var isOwed: Bool {
    switch state {
    case .ready, .asked: true
    case .waiting, .presenting: false
    }
  }
}
