import NotificationModel
import NotificationViews
import Presentation

/// A notification that is shown, with those of its thread that it has taken in.
package struct ShownNotification: Sendable {
  /// A notification with what was made of it; another one takes its place as a whole.
  // A class, since thousands are shown and searched: a copy costs one reference.
  package final class Content: Sendable {
    package let notification: PushNotification
    package let presentation: NotificationPresentation
    /// The action that a reply in the notification is for.
    let replyAction: String?
    /// A Boolean value that indicates whether its texts are made anew as time goes on.
    let isRefreshed: Bool
    /// The picture beside the text, where texts are made anew and it is needed again.
    let thumbnail: Thumbnail?
    /// The time at which it was shown, in seconds since 1970.
    let shown: Double
    /// The time at which its texts were made anew; nil where they never were.
    let refreshed: Double?

    /// Makes the content of its parts.
    package init(
      notification: PushNotification, presentation: NotificationPresentation, replyAction: String? = nil,
      isRefreshed: Bool = false, thumbnail: Thumbnail? = nil, shown: Double = 0, refreshed: Double? = nil
    ) {
      self.notification = notification
      self.presentation = presentation
      self.replyAction = replyAction
      self.isRefreshed = isRefreshed
      self.thumbnail = isRefreshed ? thumbnail : nil
      self.shown = shown
      self.refreshed = refreshed
    }
  }

  /// The action that a person chose, and the text that they wrote, if any.
  package struct Response: Equatable, Sendable {
    package var action: String
    package var text: String?

    /// Makes a response.
    package init(action: String, text: String? = nil) {
      self.action = action
      self.text = text
    }
  }

  /// The change of a notification after a response or with time, which the server was asked to show.
  package struct Update: Sendable {
    /// The content, once the server has shown it.
    var content: Content
    /// The response of a person meanwhile.
    var next: Response?
    /// The reason for which the server has closed the former content; nil where it has not.
    var closed: CloseReason?
    /// A Boolean value that indicates whether nothing but the time has changed it: what is closed meanwhile stays closed.
    let isRefresh: Bool

    /// Makes a change that the server has not answered.
    package init(content: Content, isRefresh: Bool = false) {
      self.content = content
      self.isRefresh = isRefresh
    }
  }

  /// The step that a person's doing has come to.
  package indirect enum State: Sendable {
    /// Nothing was chosen since it was shown.
    case open
    /// Something was chosen: what the server closes then was not put away.
    case answered
    /// A response waits until the session is unlocked, in this order among others.
    case held(Response, turn: UInt64)
    /// A person is asked for text.
    case writing
    /// A response waits for the content extension, in this order among others.
    case queued(Response, turn: UInt64)
    /// The content extension handles a response.
    case responding(Response)
    /// The server was asked to show what the content extension has made of a response.
    case updating(Update)
  }

  /// The number that it is known by here.
  package let id: UInt64
  /// The content that the server shows.
  package var content: Content
  /// The names by which a recall takes it back.
  package var names: Set<String>
  /// The server's number; nil where it shows it no more.
  package var number: UInt32?
  /// The server's token by which the app may bring its window to the front.
  package var token: String?
  /// The step that a person's doing has come to.
  package var state = State.open

  /// Makes an entry that nobody has done anything with.
  package init(_ id: UInt64, _ content: Content) {
    self.id = id
    self.content = content
    names = Set(content.notification.names)
  }

  /// The turn of the response that waits for the content extension.
  package var turn: UInt64? {
    if case .queued(_, let turn) = state { turn } else { nil }
  }

  /// A Boolean value that indicates whether a response is on its way, so that the notification stays known.
  package var isBusy: Bool {
    switch state {
    case .open, .answered: false
    case .held, .writing, .queued, .responding, .updating: true
    }
  }

  /// A Boolean value that indicates whether the content extension handles a response.
  package var isResponding: Bool {
    if case .responding = state { true } else { false }
  }

  /// A Boolean value that indicates whether the server was asked to show what came of a response.
  package var isUpdating: Bool {
    if case .updating = state { true } else { false }
  }

  /// The response that no content extension has handled.
  var unhandled: Response? {
    switch state {
    case .queued(let response, _), .responding(let response): response
    case .updating(let update): update.next
    case .open, .answered, .held, .writing: nil
    }
  }

  /// Returns an event of it; a token is for one window, and goes with the first.
  package mutating func event(_ kind: DesktopEvent.Kind) -> DesktopEvent {
    defer { token = nil }
    return DesktopEvent(kind: kind, content: content, token: token)
  }
}
