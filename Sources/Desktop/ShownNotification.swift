import Delivery
import LosslessJSON
import NotificationModel
import Presentation

/// A notification that is shown, with those of its thread that it has taken in.
final class ShownNotification {
  /// A notification with what was made of it.
  struct Content {
    var notification: PushNotification
    var presentation: NotificationPresentation
    /// The action that a reply in the notification is for.
    var replyAction: String?
  }

  /// What it is known by here.
  let id: UInt64
  /// The content that the server shows.
  var content: Content
  var names: Set<String>
  /// The server's number; 0 where it has none, or the server has gone.
  var number: UInt32 = 0
  var token: String?
  var isBusy = false
  /// Whether something was chosen since it was shown: what the server closes then was not put away.
  var isAnswered = false

  init(_ id: UInt64, _ content: Content) {
    self.id = id
    self.content = content
    names = Set(content.notification.names)
  }

  /// An event of it as JSON: what happened, and what a person chose.
  func event(
    _ event: String, reason: String?, action: String?, text: String?, option: ResponseOption?
  ) -> String {
    let (notification, presentation) = (content.notification, content.presentation)
    var writer = JSONWriter(capacity: 512)
    writer.beginObject()
    writer.member("event", event)
    // What has no name of its own has the one that its delivery was told with.
    writer.member("id", notification.identifier.isEmpty ? notification.apnsID : notification.identifier)
    if let reason { writer.member("reason", reason) }
    if let action { writer.member("action", action) }
    if let text { writer.member("user_text", text) }
    if let option { writer.member("option", option.rawValue) }
    if !presentation.categoryIdentifier.isEmpty { writer.member("category", presentation.categoryIdentifier) }
    if !presentation.threadIdentifier.isEmpty { writer.member("thread_id", presentation.threadIdentifier) }
    if !presentation.targetContentIdentifier.isEmpty {
      writer.member("target_content_id", presentation.targetContentIdentifier)
    }
    if let plugin = presentation.extended?.plugin { writer.member("plugin", plugin) }
    if let token { writer.member("activation_token", token) }
    if event == "response" {
      writer.key("payload")
      notification.payload.withUnsafeBytes { writer.raw($0) }
    }
    writer.endObject()
    return writer.text
  }
}

/// What related notifications have in common.
struct ThreadAndCategory {
  var thread = ""
  var category = ""

  init(_ payload: [UInt8]) {
    var document = JSONDocument(depthLimit: 512, duplicateKeys: .keepLast)
    guard payload.withUnsafeBytes({ (try? document.parse($0)) != nil }),
      let aps = document.member(document.root, "aps"), document.kind(of: aps) == .object
    else { return }
    thread = document.stringMember(aps, "thread-id") ?? ""
    category = document.stringMember(aps, "category") ?? ""
  }
}
