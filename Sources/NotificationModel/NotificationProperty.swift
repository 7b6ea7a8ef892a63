/// A property of `notification`, by its name in Lua.
package enum NotificationProperty: String, CaseIterable, Sendable {
  case date
  case request

  /// One line for the manual and the editor.
  package var summary: String {
    switch self {
    case .date: "When it came, in seconds since 1970."
    case .request: "The request, which has the content as `request.content`; to be read only."
    }
  }

  /// The type for the editor.
  package var luaType: String {
    switch self {
    case .date: "number"
    case .request: "notilua.Request"
    }
  }
}
