/// The capabilities that a notification server reports.
///
/// Source: Desktop Notifications Specification 1.2, `GetCapabilities`.
package struct ServerCapabilities: Sendable, Equatable {
  package var names: Set<String>

  package init(_ names: some Sequence<String>) { self.names = Set(names) }

  package var hasBody: Bool { names.contains("body") }
  package var hasMarkup: Bool { names.contains("body-markup") }
  package var hasActions: Bool { names.contains("actions") }
  package var hasSound: Bool { names.contains("sound") }
  /// KDE's way to answer a message in the notification itself.
  package var hasInlineReply: Bool { names.contains("inline-reply") }
}
