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
  /// The SHA-256 of the secret that was shown, which may be the key's former one.
  let digest: [UInt8]

  /// Makes the caller of a key, who has shown its secret or, during a rotation, the former one.
  package init(_ key: APIKey, digest: [UInt8]? = nil) {
    keyID = key.keyID
    self.digest = digest ?? key.digest
    scopes = key.scopes
    grant = key.grant
  }

  /// The name of the sender of its notifications; a key of the front door may have the same key id.
  var sender: String { "api/\(keyID)" }

  /// The bundle ids of the apps whose notifications it reaches.
  var apps: [String] { grant.topics.names }
}
