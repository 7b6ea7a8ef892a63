import ArgumentParser
import NotificationViews
import Presentation

/// An action that a person chooses, with what was written: `ACTION` or `ACTION=TEXT`.
struct PreviewResponse: ExpressibleByArgument, Equatable {
  let action: String
  /// The text that was written; nil for none.
  let text: String?

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "=") else {
      (action, text) = (argument, nil)
      if argument.isEmpty { return nil }
      return
    }
    action = String(argument[..<equals])
    text = String(argument[argument.index(after: equals)...])
    if action.isEmpty { return nil }
  }

  /// The actions that a notification offers: its buttons, those inside of its view, and those of the system.
  static func actions(of presentation: NotificationPresentation) -> [String] {
    var actions = presentation.actions.map(\.identifier)
    for element in presentation.elements {
      switch element {
      case .buttons(let buttons): actions += buttons.map(\.identifier)
      case .textInput(let identifier, _): actions.append(identifier)
      case .media(_, _, let isPlaying):
        actions.append(
          isPlaying ? NotificationAction.mediaPauseIdentifier : NotificationAction.mediaPlayIdentifier)
      default: break
      }
    }
    return actions + [NotificationAction.defaultIdentifier, NotificationAction.dismissIdentifier]
  }
}
