import ClientKeys

/// The sender of a push, once its token or certificate is accepted.
package struct DoorSender: Sendable, Equatable {
  /// The key id, or the fingerprint of the certificate; two senders never share one.
  package var name: String
  /// Its permissions.
  package var grant: KeyGrant

  /// Makes a value from its parts.
  package init(name: String, grant: KeyGrant) {
    self.name = name
    self.grant = grant
  }
}
