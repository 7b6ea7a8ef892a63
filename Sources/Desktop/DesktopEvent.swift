import LosslessJSON
import NotificationModel
import NotificationViews
import Presentation

/// An event of a notification that was shown: what happened to it, or what a person chose.
package struct DesktopEvent: Sendable {
  /// The kind of an event.
  package enum Kind: Sendable {
    case closed(CloseReason)
    case withdrawn
    case response(ShownNotification.Response, ResponseOption)
  }

  package let kind: Kind
  /// The content that was shown then.
  package let content: ShownNotification.Content
  /// The token by which the app may bring its window to the front.
  package let token: String?

  /// The event as a JSON object.
  package var json: String {
    var writer = JSONWriter(capacity: 512)
    writer.beginObject()
    writeKind(&writer)
    writeNotification(&writer)
    writer.endObject()
    return writer.text
  }

  private var name: String {
    switch kind {
    case .closed: "closed"
    case .withdrawn: "withdrawn"
    case .response: "response"
    }
  }

  private func writeKind(_ writer: inout JSONWriter) {
    writer.member("event", name)
    writer.member("id", content.notification.identifier)
    switch kind {
    case .closed(let reason): writer.member("reason", reason.word)
    case .withdrawn: break
    case .response(let response, let option):
      writer.member("action", response.action)
      if let text = response.text { writer.member("user_text", text) }
      writer.member("option", option.rawValue)
    }
  }

  private func writeNotification(_ writer: inout JSONWriter) {
    let presentation = content.presentation
    for (key, text) in [
      ("category", presentation.categoryIdentifier), ("thread_id", presentation.threadIdentifier),
      ("target_content_id", presentation.targetContentIdentifier),
    ] where !text.isEmpty {
      writer.member(key, text)
    }
    if let plugin = presentation.extended?.plugin { writer.member("plugin", plugin) }
    if let token { writer.member("activation_token", token) }
    guard case .response = kind else { return }
    writer.key("payload")
    content.notification.payload.withUnsafeBytes { writer.raw($0) }
  }
}
