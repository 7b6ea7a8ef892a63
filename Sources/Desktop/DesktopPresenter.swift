import Delivery
import NotificationModel
import NotificationViews
import Presentation

/// A presenter of notifications: the host, with content extensions in its workers.
package struct DesktopPresenter: Sendable {
  /// The answer of the presenter.
  package struct Answer: Sendable {
    /// Nil where there is nothing to show.
    package var presentation: NotificationPresentation?
    package var thumbnail: Thumbnail?
    /// The path of the sound that the notification names.
    package var sound: String?
    /// The decision of a content extension on a response; nil where it left that open.
    package var option: ResponseOption?
    /// The failure of the host that kept it from making anything; nil for none.
    package var failure: String?
    /// The notes for the operator, a sentence each.
    package var notes: [String] = []

    package init(presentation: NotificationPresentation?) { self.presentation = presentation }
  }

  /// Makes what is shown of a notification, which goes on with an earlier one of its thread.
  package var present: @Sendable (PushNotification, NotificationPresentation?) async -> Answer
  /// The same once a person has chosen an action, and perhaps written something.
  package var respond: @Sendable (PushNotification, NotificationPresentation, String, String?) async -> Answer

  /// Asks a person for text, where the server has no field for it; nil where there is no way to, and gives nil where
  /// the person gave up.
  package var ask: (@Sendable (NotificationAction, NotificationPresentation) async -> String?)?

  package init(
    present: @escaping @Sendable (PushNotification, NotificationPresentation?) async -> Answer,
    respond:
      @escaping @Sendable (PushNotification, NotificationPresentation, String, String?) async -> Answer,
    ask: (@Sendable (NotificationAction, NotificationPresentation) async -> String?)? = nil
  ) {
    self.present = present
    self.respond = respond
    self.ask = ask
  }
}
