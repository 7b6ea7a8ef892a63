import EventLoop
import NotificationViews
import Presentation
import ServiceLife

/// A command of the operator's that asks a person for text, such as `zenity --entry`.
///
/// The question is in its environment: `NOTILUA_TITLE`, `NOTILUA_PLACEHOLDER`, `NOTILUA_BUTTON`. The first line that it
/// writes is the text; a status other than 0 says that the person gave up.
struct ReplyCommand: Sendable {
  /// The most bytes of a reply.
  private static let limit = 4096

  let command: String

  func ask(_ action: NotificationAction, _ presentation: NotificationPresentation) async -> String? {
    let start = Child.Command.shell(
      command,
      adding: [
        "NOTILUA_TITLE": presentation.title.isEmpty ? presentation.header : presentation.title,
        "NOTILUA_PLACEHOLDER": action.textInput?.placeholder ?? "",
        "NOTILUA_BUTTON": action.textInput?.buttonTitle ?? "",
      ])
    // A person takes their time.
    return await onOwnThread { Self.run(start) }
  }

  private static func run(_ start: Child.Command) -> String? {
    guard let run = try? Child.run(start, limit: limit), run.ending == .exited(0) else { return nil }
    let line = String(decoding: run.output, as: UTF8.self).prefix { !$0.isNewline }
    return line.isEmpty ? nil : String(line)
  }
}
