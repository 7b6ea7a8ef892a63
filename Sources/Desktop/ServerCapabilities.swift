/// The capabilities that a notification server reports, and what is known of it besides.
///
/// Source: Desktop Notifications Specification 1.2, `GetCapabilities`.
package struct ServerCapabilities: Sendable, Equatable {
  package var names: Set<String>
  package var identity: ServerIdentity
  package var quirks: ServerQuirks

  package init(_ names: some Sequence<String>, of identity: ServerIdentity = ServerIdentity()) {
    self.names = Set(names)
    self.identity = identity
    quirks = ServerQuirks(identity)
  }

  package var hasBody: Bool { names.contains("body") }
  package var hasMarkup: Bool { names.contains("body-markup") }
  package var hasActions: Bool { names.contains("actions") && !quirks.avoidsActions }
  package var hasSound: Bool { names.contains("sound") }
  /// KDE's way to answer a message in the notification itself.
  package var hasInlineReply: Bool { names.contains("inline-reply") }
}
