import APNsCredentials
import NotificationModel

/// The provider tokens that APNs accepts: whose keys signed them, and until when.
package struct ProviderTokenCheck: Sendable {
  /// A key of the developer account.
  package struct Key: Sendable, Equatable {
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

  /// The keys in force.
  package private(set) var keys: ProviderKeys
  /// The number of times that the keys were replaced.
  package private(set) var generation = 0
  private var memory: TokenMemory

  package init(keys: [Key], acceptsAnyKey: Bool = false) {
    self.keys = ProviderKeys(keys, acceptsAnyKey: acceptsAnyKey)
    memory = TokenMemory(ofAnyKey: acceptsAnyKey)
  }

  /// Returns the sender of a request by its `authorization`, which may be used now.
  package mutating func sender(_ authorization: String?, at now: Int64) throws(Refusal) -> Sender {
    guard let authorization else { throw Refusal("MissingProviderToken") }
    let verdict: ProviderKeys.Verdict
    if let found = remembered(authorization) {
      verdict = found
    } else {
      verdict = keys.verdict(on: authorization)
      remember(verdict, on: authorization)
    }
    return try Self.sender(verdict, at: now)
  }

  /// Returns the verdict on an `authorization` whose signature was checked before; nil where it was not.
  package func remembered(_ authorization: String) -> ProviderKeys.Verdict? {
    memory.verdict(on: authorization)
  }

  /// Remembers the verdict of ``keys`` on an `authorization`.
  package mutating func remember(_ verdict: ProviderKeys.Verdict, on authorization: String) {
    var name = ""
    if case .signed(let sender) = verdict, !keys.acceptsAnyKey { name = sender.keyID }
    memory.remember(verdict, on: authorization, sharing: name)
  }

  /// Returns the sender of a token that may be used now.
  ///
  /// - Parameter now: milliseconds since 1970.
  package static func sender(_ verdict: ProviderKeys.Verdict, at now: Int64) throws(Refusal) -> Sender {
    guard case .signed(let sender) = verdict, sender.issuedAt <= now / 1000 + tolerance else {
      throw Refusal("InvalidProviderToken")
    }
    if sender.issuedAt + lifetime < now / 1000 { throw Refusal("ExpiredProviderToken") }
    return sender
  }

  /// Puts other keys in force; the tokens of those that are gone or changed are refused from now on.
  package mutating func replace(keys: [Key]) {
    let (old, new) = (self.keys, ProviderKeys(keys, acceptsAnyKey: self.keys.acceptsAnyKey))
    self.keys = new
    generation += 1
    memory.forget { name in new[name] != nil && new[name] == old[name] }
  }
}
