import NotificationModel

/// An app whose devices and messages the service knows.
package struct Application: Sendable, Equatable {
  /// The name in the configuration, in the API and in metrics: see ``isKey(_:)``.
  package var key: String
  /// The app at Apple, without a suffix such as `.voip`.
  package var bundleID: String
  /// The stage of the app.
  package var kind: ApplicationKind
  /// The environment that all of its device tokens belong to.
  package var environment: PushEnvironment
  /// The name of its credential in the store; nil for any that serves it.
  package var credential: String?
  /// The messages that notify where nothing more particular is set.
  package var level: NotificationLevel

  /// Makes a value from its parts.
  package init(
    key: String, bundleID: String, kind: ApplicationKind = .production,
    environment: PushEnvironment = .production, credential: String? = nil, level: NotificationLevel = .all
  ) {
    self.key = key
    self.bundleID = bundleID
    self.kind = kind
    self.environment = environment
    self.credential = credential
    self.level = level
  }

  /// The most characters of a key.
  package static let keyLimit = 32

  /// Returns whether a text can be a key: up to 32 lower-case letters, digits and '-', which stand in paths and in
  /// labels of metrics as they are.
  package static func isKey(_ text: String) -> Bool {
    (1...keyLimit).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
  }
}
