import APNsCredentials
import NotificationModel

/// The provider tokens that APNs accepts: whose keys signed them, and until when.
package struct ProviderTokenCheck: Sendable {
  /// A key of the developer account.
  package struct Key: Sendable {
    package var keyID: String
    package var teamID: String
    package var key: VerificationKey
    /// The environment that the key is limited to; nil for both.
    package var environment: PushEnvironment?

    package init(keyID: String, teamID: String, key: VerificationKey, environment: PushEnvironment? = nil) {
      self.keyID = keyID
      self.teamID = teamID
      self.key = key
      self.environment = environment
    }
  }

  /// The claims of an accepted provider token, with the environment that its key is for.
  package struct Sender: Sendable, Equatable {
    package var keyID: String
    package var teamID: String
    package var issuedAt: Int64
    package var environment: PushEnvironment?
  }

  /// The seconds that a client's clock may be ahead.
  static let tolerance: Int64 = 60
  /// A token is good for an hour; "APNs rejects" older ones.
  static let lifetime: Int64 = 3600

  private let keys: [String: Key]
  private let acceptsAnyKey: Bool
  /// Signatures are checked once for each text; nil is for those that are wrong.
  private var known: [String: Sender?] = [:]

  package init(keys: [Key], acceptsAnyKey: Bool = false) {
    self.keys = Dictionary(keys.map { ($0.keyID, $0) }) { $1 }
    self.acceptsAnyKey = acceptsAnyKey
  }

  /// Returns the sender of a request by its `authorization`, which may be used now.
  package mutating func sender(_ authorization: String?, at now: Int64) throws(Refusal) -> Sender {
    guard let authorization else { throw Refusal("MissingProviderToken") }
    let sender: Sender?
    if let found = known[authorization] {
      sender = found
    } else {
      sender = read(authorization)
      // A client that renews its token with every request must not fill the memory.
      if known.count >= 1000 { known.removeAll(keepingCapacity: true) }
      known[authorization] = .some(sender)
    }
    guard let sender, sender.issuedAt <= now / 1000 + Self.tolerance else {
      throw Refusal("InvalidProviderToken")
    }
    if sender.issuedAt + Self.lifetime < now / 1000 { throw Refusal("ExpiredProviderToken") }
    return sender
  }

  private func read(_ authorization: String) -> Sender? {
    let scheme = authorization.prefix(7)
    guard scheme.lowercased() == "bearer " else { return nil }
    guard let token = try? ProviderToken(reading: String(authorization.dropFirst(7))) else { return nil }
    let key = keys[token.keyID]
    if !acceptsAnyKey {
      guard let key, key.teamID == token.teamID, token.isSigned(by: key.key) else { return nil }
    }
    return Sender(
      keyID: token.keyID, teamID: token.teamID, issuedAt: token.issuedAt, environment: key?.environment)
  }
}
