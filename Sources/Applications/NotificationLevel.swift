/// The messages of a conversation that notify its members; the names are those of configuration and API.
package enum NotificationLevel: String, Sendable, CaseIterable {
  /// Every message.
  case all
  /// Messages that mention the recipient, or all members.
  case mentions
  /// Messages that mention the recipient.
  case mentionsOfMe = "mentions_of_me"
  /// Messages that mention all members.
  case mentionsOfAll = "mentions_of_all"
  /// No message.
  case none
}
