import APNsProtocol
import ClientKeys
import NotificationModel

/// The rules that decide who sends a push, and what that sender may do.
///
/// A value that does not change; the keys of ``ProviderTokenCheck`` are the same ones.
struct DoorAuthorization: Sendable {
  /// The permissions of keys, by key id.
  private var keys: [String: KeyGrant]
  /// The permissions of certificates that state none themselves, or others, by fingerprint.
  private let certificates: [String: KeyGrant]

  init(keys: [DoorKey], certificates: [String: KeyGrant]) {
    self.keys = Self.grants(keys)
    self.certificates = certificates
  }

  private static func grants(_ keys: [DoorKey]) -> [String: KeyGrant] {
    Dictionary(keys.map { ($0.keyID, $0.grant) }) { $1 }
  }

  /// Puts other keys in force.
  mutating func replace(keys: [DoorKey]) { self.keys = Self.grants(keys) }

  /// Returns whether a key or a certificate that the configuration names has this name.
  func isKnown(_ name: String) -> Bool { keys[name] != nil || certificates[name] != nil }

  /// Returns the sender of an accepted token.
  func sender(
    _ token: ProviderTokenCheck.Sender, environment: PushEnvironment
  ) throws(Refusal) -> DoorSender {
    guard let grant = keys[token.keyID] else { throw Refusal("InvalidProviderToken") }
    guard grant.environments.contains(environment) else { throw Refusal("BadEnvironmentKeyIdInToken") }
    return DoorSender(name: token.keyID, grant: grant)
  }

  /// Returns the sender of a certificate: with the permissions of the configuration, else with its own.
  ///
  /// - Parameter now: milliseconds since 1970.
  func sender(
    _ certificate: DoorCertificate, environment: PushEnvironment, at now: Int64
  ) throws(Refusal) -> DoorSender {
    var own = certificate.own
    let configured = certificates[certificate.fingerprint]
    if let configured { (own.topics, own.environments) = (configured.topics.names, configured.environments) }
    try own.checkUse(environment, at: now)
    let grant = configured ?? KeyGrant(topics: .listed(own.topics), environments: own.environments)
    return DoorSender(name: certificate.fingerprint, grant: grant)
  }

  /// Returns the topic of a push: the header's, or the only one of a certificate.
  ///
  /// "If … your certificate … supports multiple topics, you must specify a value for this header", and so with tokens.
  func topic(
    _ header: String?, of sender: DoorSender, withCertificate: Bool
  ) throws(Refusal) -> String {
    let topics = sender.grant.topics
    guard let header else {
      guard withCertificate, topics.names.count == 1 else { throw Refusal("MissingTopic") }
      return topics.names[0]
    }
    try RequestCheck.checkTopic(header)
    guard topics.cover(header) else { throw Refusal("TopicDisallowed") }
    return header
  }
}
