/// The wishes of a message's sender for its push.
package struct PushWishes: Sendable, Equatable {
  /// A text of the operator's catalog, by its key.
  package struct Template: Sendable, Equatable {
    /// The key.
    package var key: String
    /// The texts in the place of its specifiers.
    package var arguments: [String]

    /// Makes a template.
    package init(_ key: String, arguments: [String] = []) {
      self.key = key
      self.arguments = arguments
    }
  }

  /// The number on the app's icon.
  package enum Badge: Sendable, Equatable {
    /// This number.
    case absolute(Int)
    /// One more than the device has.
    case counted
  }

  /// The text in the place of every default (`pushContent`).
  package var content: String?
  /// The data for the app (`pushData`).
  package var data: String?
  /// The title in the place of the sender's or the group's name (`pushTitle`).
  package var title: String?
  /// A Boolean value that indicates whether there is no title at all (`disablePushTitle`).
  package var disablesTitle = false
  /// A Boolean value that indicates whether a recipient who hides details sees them (`forceShowDetailContent`).
  package var forcesDetails = false
  /// A text in the recipient's language.
  package var template: Template?
  /// The number on the app's icon.
  package var badge = Badge.counted

  /// Makes wishes of nobody: everything is as the type of the message has it.
  package init() {}
}
