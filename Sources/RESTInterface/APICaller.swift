import ClientKeys
import NotificationModel

/// The holder of a key that a request has shown.
struct APICaller: Sendable {
  /// The key id.
  let keyID: String
  /// The permissions.
  let scopes: Set<APIScope>
  /// The topics and environments that it reaches, and how fast it may send.
  let grant: KeyGrant

  init(_ key: APIKey) {
    keyID = key.keyID
    scopes = key.scopes
    grant = key.grant
  }

  /// The bundle ids of the apps whose notifications it reaches.
  var apps: [String] { grant.topics.names }
}
