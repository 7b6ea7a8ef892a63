import APNsCredentials
import NotificationModel

/// The public half of a client's key, with what its provider tokens permit.
package struct DoorKey: Sendable, Equatable {
  /// `kid` of its tokens: 10 capital letters and digits.
  package var keyID: String
  /// `iss` of its tokens: 10 capital letters and digits.
  package var teamID: String
  /// The key that its tokens are checked with.
  package var publicKey: VerificationKey
  /// The topics and environments that it may push to, and how fast.
  package var grant: KeyGrant

  /// Makes a key from its parts.
  ///
  /// - Throws: ``CredentialError`` where an id or a topic is none.
  package init(
    keyID: String, teamID: String, publicKey: VerificationKey, grant: KeyGrant
  ) throws(CredentialError) {
    guard Identifier.isValid(keyID) else {
      throw CredentialError("the key id is not 10 capital letters and digits; write one such as ABC123DEFG")
    }
    guard Identifier.isValid(teamID) else {
      throw CredentialError("the team id is not 10 capital letters and digits; write one such as DEF123GHIJ")
    }
    try Self.check(topics: grant.topics.names)
    guard !grant.environments.isEmpty else {
      throw CredentialError("there is no environment; name sandbox or production, or leave them out for both")
    }
    self.keyID = keyID
    self.teamID = teamID
    self.publicKey = publicKey
    self.grant = grant
  }

  /// Checks the bundle ids that a sender may push to.
  ///
  /// - Throws: ``CredentialError`` where there is none, one stands twice, or one is no bundle id.
  package static func check(topics: [String]) throws(CredentialError) {
    guard !topics.isEmpty else {
      throw CredentialError("there is no topic; name the bundle ids of the apps that it may push to")
    }
    for (index, topic) in topics.enumerated() {
      if topic.contains("*") {
        throw CredentialError(
          "'\(topic.shortened)' is no topic: there are no wildcards; name each app by its bundle id")
      }
      guard APNsHeader.isTopic(topic) else {
        throw CredentialError(
          "'\(topic.shortened)' is no topic; write the bundle id of an app, such as com.example.app")
      }
      if topics[..<index].contains(topic) {
        throw CredentialError("the topic '\(topic)' stands twice; remove one")
      }
    }
  }
}
