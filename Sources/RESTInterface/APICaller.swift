import ClientKeys
import NotificationModel

/// The holder of a key that a request has shown.
package struct APICaller: Sendable {
  /// The key id.
  package let keyID: String
  /// The permissions.
  package let scopes: Set<APIScope>
  /// The topics and environments that it reaches, and how fast it may send.
  package let grant: KeyGrant

  /// Makes the caller of a key.
  package init(_ key: APIKey) {
    keyID = key.keyID
    scopes = key.scopes
    grant = key.grant
  }

  /// The bundle ids of the apps whose notifications it reaches.
  var apps: [String] { grant.topics.names }
}
