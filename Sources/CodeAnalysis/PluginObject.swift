import NotificationModel
import WorkerProtocol

/// An object that plugins are called with, by the name of the handlers' parameter.
package enum PluginObject: String, Sendable, CaseIterable {
  case request
  case content
  case notification
  case response
  case view
  /// The object that a test in Lua is called with.
  case tester = "t"

  /// The members that it has; those of a tester are in the code of `notilua test`.
  func members(_ interface: PluginInterface) -> [String] {
    switch self {
    case .request: interface.request.map(\.name)
    case .content: ContentProperty.all.map(\.name.description)
    case .notification: interface.notification.map(\.name)
    case .response: interface.response.map(\.name)
    case .view: interface.viewFunctions
    case .tester: []
    }
  }

  /// Returns the objects that the parameters of a handler are.
  static func parameters(of handler: String, isContentExtension: Bool) -> [PluginObject] {
    switch handler {
    case "did_receive" where isContentExtension: [.notification, .view]
    case "did_receive", "time_will_expire": [.request, .content]
    case "did_receive_response": [.response, .view]
    case "media_play", "media_pause": [.view]
    default: []
    }
  }

  // MARK: Names that it has not

  /// Returns the sentence for a member that is not there, with the next step.
  package func message(forUnknown name: String, _ interface: PluginInterface) -> String {
    // A name may come from the payload; a long one is near to none.
    let name = name.prefix(utf8Count: 400)
    let shown = name.prefix(100)
    let what = self == .view ? "view has no function '\(shown)'" : "\(rawValue) has no property '\(shown)'"
    return advice(forUnknown: name, interface).map { "\(what); \($0)" } ?? what
  }

  /// Returns what to write in place of a member that is not there.
  func advice(forUnknown name: String, _ interface: PluginInterface) -> String? {
    let members = members(interface)
    if let known = foreign(Suggestion.snakeCase(name), interface) { return known }
    if let near = Suggestion.nearest(to: name, among: members) { return "did you mean '\(near)'?" }
    switch self {
    case .content: break
    case .request, .notification, .response, .view, .tester:
      return members.isEmpty ? nil : "known are \(members.joined(separator: ", "))"
    }
    if interface.hasRequestProperty(Suggestion.snakeCase(name)) {
      return "it is a property of request: request.\(Suggestion.snakeCase(name))"
    }
    return "custom keys are in content.user_info"
  }

  /// Returns the advice for a name in small letters with `_` that this object has under another; nil where it has none.
  private func foreign(_ name: String, _ interface: PluginInterface) -> String? {
    switch self {
    case .content:
      return Self.contentNames[name] ?? ContentProperty.known(as: name).map { "did you mean '\($0.name)'?" }
    case .request:
      if let known = Self.requestNames[name] { return "did you mean '\(known)'?" }
      if PluginObject.content.members(interface).contains(name) {
        return "it is a property of content: content.\(name)"
      }
      if ContentProperty.known(as: name) != nil || Self.contentNames[name] != nil {
        return "what the payload says is in content"
      }
    case .notification:
      if PluginObject.content.members(interface).contains(name) {
        return "it is a property of the content: notification.request.content.\(name)"
      }
      if name == "content" { return "the content is notification.request.content" }
      if interface.hasRequestProperty(name) { return "it is a property of notification.request" }
    case .response:
      if name == "action" || name == "action_id" { return "did you mean 'action_identifier'?" }
      if name == "text" || name == "input" { return "did you mean 'user_text'?" }
    case .view:
      return Self.viewFunctions[name].map { "did you mean 'view.\($0)'?" }
    case .tester:
      return ForeignNames.advice(for: "t.\(name)")
    }
    return nil
  }

  private static let contentNames: [String: String] = [
    "aps": "aps is content.user_info.aps, and its alert's texts are content.title, subtitle and body",
    "alert": "the alert's texts are content.title, content.subtitle and content.body",
    "payload": "the whole payload is content.user_info", "data": "the whole payload is content.user_info",
    "custom": "the whole payload is content.user_info",
    "message": "the alert's text is content.body", "text": "the alert's text is content.body",
    "mutable_content": "it is content.user_info.aps[\"mutable-content\"]",
    "content_available": "it is content.user_info.aps[\"content-available\"]",
    "summary_argument": "iOS 15 and later ignore it; groups are by content.thread_identifier",
    "mutable_copy": "content is edited in place; write content.title = …",
    "copy": "content is edited in place; write content.title = …",
    "level": "did you mean 'interruption_level'?", "score": "did you mean 'relevance_score'?",
    "group": "did you mean 'thread_identifier'?", "thread": "did you mean 'thread_identifier'?",
    "image": "files are in content.attachments", "attachment": "did you mean 'attachments'?",
    "critical": "write content.sound = { critical = 1, name = \"default\" }",
  ]

  private static let requestNames: [String: String] = [
    "id": "identifier", "token": "device_token", "type": "push_type", "language": "locale", "lang": "locale",
    "date": "received_at", "time": "received_at", "timestamp": "received_at",
    "collapse_identifier": "collapse_id",
    "expires": "expiration", "apns_id": "identifier", "apns_topic": "topic", "apns_push_type": "push_type",
    "apns_priority": "priority", "apns_collapse_id": "collapse_id", "apns_expiration": "expiration",
    "bundle_id": "topic",
  ]

  private static let viewFunctions: [String: String] = [
    "label": "text", "picture": "image", "map": "places", "place": "places", "button": "buttons",
    "action": "actions", "input": "text_input", "text_field": "text_input", "chat": "conversation",
    "table": "fields", "field": "fields", "steps": "timeline", "bar": "progress",
  ]
}

extension PluginInterface {
  /// The names of the functions of a view, without `view.`.
  fileprivate var viewFunctions: [String] {
    functions.map(\.name).filter { $0.hasPrefix("view.") }.map { String($0.dropFirst("view.".count)) }
  }

  fileprivate func hasRequestProperty(_ name: String) -> Bool { request.contains { $0.name == name } }
}
