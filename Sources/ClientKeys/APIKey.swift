import APNsCredentials
import Digests
import NotificationModel

/// A key of the HTTP API, with what its holder may do: of the secret, its SHA-256 alone is kept.
package struct APIKey: Sendable, Equatable {
  /// The secret that a key had before it was rotated.
  package struct Former: Sendable, Equatable {
    /// The SHA-256 of the secret.
    package var digest: [UInt8]
    /// The time until which it is accepted, in milliseconds since 1970.
    package var until: Int64
  }

  /// The bytes of a secret, and of its digest.
  static let size = 32

  /// The name of the key: 10 capital letters and digits.
  package var keyID: String
  /// The words by which people know whose it is; may be empty.
  package var label: String
  /// The permissions.
  package var scopes: Set<APIScope>
  /// The topics and environments that it reaches, and how fast it may send.
  package var grant: KeyGrant
  /// The SHA-256 of the secret, which is random, so that no slow function is needed.
  package private(set) var digest: [UInt8]
  /// The secret before the last rotation, while it is accepted.
  package private(set) var former: Former?

  /// Makes a key from its parts.
  ///
  /// - Throws: ``CredentialError`` where one of them is none.
  package init(
    keyID: String, label: String = "", scopes: Set<APIScope>, grant: KeyGrant, digest: [UInt8],
    former: Former? = nil
  ) throws(CredentialError) {
    guard Identifier.isValid(keyID) else {
      throw CredentialError("the key id is not 10 capital letters and digits; write one such as ABC123DEFG")
    }
    guard !scopes.isEmpty else {
      throw CredentialError(
        "there is no scope; name some of \(APIScope.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    // A key of an administrator alone reaches no notification.
    if scopes != [.admin] || !grant.topics.names.isEmpty { try DoorKey.check(topics: grant.topics.names) }
    guard !grant.environments.isEmpty else {
      throw CredentialError("there is no environment; name sandbox or production, or leave them out for both")
    }
    guard label.utf8.count <= 100, !label.contains(where: \.isNewline) else {
      throw CredentialError("the label has more than 100 bytes, or several lines; write a shorter one")
    }
    self.keyID = keyID
    self.label = label
    self.scopes = scopes
    self.grant = grant
    self.digest = digest
    self.former = former
  }

  /// Returns whether a secret is the key's at a time, and takes as long whichever bytes differ.
  ///
  /// - Parameters:
  ///   - digest: the SHA-256 of the secret.
  ///   - now: milliseconds since 1970.
  package func accepts(_ digest: [UInt8], at now: Int64) -> Bool {
    let isCurrent = Digest.isEqual(digest, self.digest)
    let isFormer = former.map { Digest.isEqual(digest, $0.digest) && now < $0.until } ?? false
    return isCurrent || isFormer
  }

  /// Replaces the secret; the one before is accepted until a time, in milliseconds since 1970.
  package mutating func rotate(to secret: APISecret, keepingFormerUntil until: Int64?) {
    former = until.map { Former(digest: digest, until: $0) }
    digest = secret.digest
  }
}
