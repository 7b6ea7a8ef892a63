/// A property of `response`, by its name in Lua.
package enum ResponseProperty: String, CaseIterable, Sendable {
  case actionIdentifier = "action_identifier"
  case userText = "user_text"
  case notification

  /// One line for the manual and the editor.
  package var summary: String {
    switch self {
    case .actionIdentifier: "The action that was chosen: its identifier, `default` or `dismiss`."
    case .userText: "What was written, or nil."
    case .notification: "The notification."
    }
  }

  /// The type for the editor.
  package var luaType: String {
    switch self {
    case .actionIdentifier: "string"
    case .userText: "string?"
    case .notification: "notilua.Notification"
    }
  }
}
