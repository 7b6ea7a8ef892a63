/// A button of a notification: `UNNotificationAction`, and `UNTextInputNotificationAction` where it asks for text.
package struct NotificationAction: Sendable, Equatable {
  /// The identifier that a response carries.
  package var identifier: String
  package var title: String
  package var options: Set<Option> = []
  /// The text that the person is asked for; nil for a plain button.
  package var textInput: TextInput?

  /// `UNNotificationActionOptions`, by its names in snake_case.
  package enum Option: String, CaseIterable, Sendable {
    case authenticationRequired = "authentication_required"
    case destructive
    case foreground
  }

  /// The field for a person's words.
  package struct TextInput: Sendable, Equatable {
    package var placeholder = ""
    /// The title of the button that sends the text.
    package var buttonTitle = ""

    package init(placeholder: String = "", buttonTitle: String = "") {
      self.placeholder = placeholder
      self.buttonTitle = buttonTitle
    }
  }

  package init(
    identifier: String, title: String, options: Set<Option> = [], textInput: TextInput? = nil
  ) {
    self.identifier = identifier
    self.title = title
    self.options = options
    self.textInput = textInput
  }

  /// The form of an identifier, for errors.
  package static let identifierForm =
    "1 to \(NotificationView.identifierLimit) bytes of letters that can be seen"

  /// Returns whether a text may name an action; some desktops drop characters that are no letters.
  package static func isIdentifier(_ text: String) -> Bool {
    (1...NotificationView.identifierLimit).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy {
        $0.value > 0x20 && !(0x7F...0x9F).contains($0.value) && $0.value & 0xFFFE != 0xFFFE
          && !(0xFDD0...0xFDEF).contains($0.value)
      }
  }

  /// The most actions of a notification: Apple shows ten where there is room.
  package static let limit = 10
  /// `UNNotificationDefaultActionIdentifier`: the notification itself was chosen.
  package static let defaultIdentifier = "default"
  /// `UNNotificationDismissActionIdentifier`: the notification was put away.
  package static let dismissIdentifier = "dismiss"
  /// The identifiers of the system's own actions, which no other action may have.
  package static let reserved = [
    defaultIdentifier, dismissIdentifier, mediaPlayIdentifier, mediaPauseIdentifier,
  ]
  /// The identifier of the host's button that plays media.
  package static let mediaPlayIdentifier = "media.play"
  /// The identifier of the host's button that pauses media.
  package static let mediaPauseIdentifier = "media.pause"
}
