import NotificationModel

// Lua has a property by its place here; beside what reads it, so that the compiler sees through the look-up.

extension RequestProperty {
  /// The properties by their numbers in Lua.
  static let all = Array(allCases)
}

extension NotificationProperty {
  /// The properties by their numbers in Lua.
  static let all = Array(allCases)
}

extension ResponseProperty {
  /// The properties by their numbers in Lua.
  static let all = Array(allCases)
}
