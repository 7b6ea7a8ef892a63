/// A name by which a recall finds notifications: everybody's, or one app's.
///
/// The names of two apps are apart, so that neither recalls what the other has sent.
package enum NotificationName {
  // No bundle ID has it, and no sender's text becomes one by it.
  private static let separator: Character = "\u{1F}"
  // No client's recall may begin with it.
  private static let mark = "\u{1E}"

  /// Returns a name that the service itself gives, and by which nobody else recalls.
  ///
  /// What goes by it is withdrawn alone: nothing is sent to take back what may have arrived.
  package static func own(_ name: String) -> String { mark + name }

  /// Returns whether a name is one of ``own(_:)``, with or without its app.
  package static func isOwn(_ text: String) -> Bool { parts(text).name.hasPrefix(mark) }

  /// Returns an app's name; a name without an app is everybody's.
  package static func text(_ name: String, of app: String?) -> String {
    app.map { "\($0)\(separator)\(name)" } ?? name
  }

  /// Returns the parts of a name.
  package static func parts(_ text: String) -> (name: String, app: String?) {
    guard let end = text.firstIndex(of: separator) else { return (text, nil) }
    return (String(text[text.index(after: end)...]), String(text[..<end]))
  }
}
