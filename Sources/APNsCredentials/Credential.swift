import Applications
import NotificationModel

/// A key or certificate that authenticates the sender at APNs, with its purposes.
package struct Credential: Sendable {
  /// The one thing that APNs wants to see.
  package enum Secret: Sendable {
    /// Signs provider tokens.
    case key(SigningKey, keyID: String, teamID: String)
    /// Is shown in the TLS handshake.
    case certificate(PushCertificate)
  }

  /// The name in the store.
  package var name: String
  /// The key or the certificate.
  package var secret: Secret
  /// The bundle ids that it serves; none for a key that serves any of its team.
  package var topics: [String]
  /// The state of the app, which the rules of certificates go by.
  package var application: ApplicationKind
  /// The environments that the credential is valid for.
  package var environments: Set<PushEnvironment>

  /// - Throws: ``CredentialError`` where the rules of ``Credential/environments(of:application:choice:)`` or of
  ///   ``Credential/topics(of:choice:)`` are against it.
  package init(
    name: String, secret: Secret, bundleIDs: [String] = [], application: ApplicationKind,
    environment: PushEnvironment? = nil
  ) throws(CredentialError) {
    self.name = name
    self.secret = secret
    self.application = application
    switch secret {
    case .key(_, let keyID, let teamID):
      guard Identifier.isValid(keyID) else {
        throw CredentialError("the key id is not 10 capital letters and digits; give it with --key-id")
      }
      guard Identifier.isValid(teamID) else {
        throw CredentialError(
          "the team id is not 10 capital letters and digits; give the one of 'Membership details' with --team-id"
        )
      }
      topics = bundleIDs
      environments = environment.map { [$0] } ?? Set(PushEnvironment.allCases)
    case .certificate(let certificate):
      topics = try Self.topics(of: certificate.facts, choice: bundleIDs)
      environments = try Self.environments(
        of: certificate.facts, application: application, choice: environment)
    }
  }

  /// The other certificates of its file that have their key, each with the reason why it was not chosen.
  package var otherCertificates: [String] {
    switch secret {
    case .key: []
    case .certificate(let certificate): certificate.others
    }
  }

  /// The kind by which the rules of environments tell it; nil for a certificate that is none for pushes.
  package var kind: CredentialClass? {
    switch secret {
    case .key: .signingKey
    case .certificate(let certificate): CredentialClass(certificateFor: certificate.facts.environments)
    }
  }

  /// Returns whether pushes of a topic may go to an environment; a suffix such as `.voip` counts as the
  /// bundle id's.
  ///
  /// No topic is the only one that there is: where there are several, or any, one must be named.
  package func serves(topic: String?, environment: PushEnvironment) -> Bool {
    guard environments.contains(environment) else { return false }
    guard let topic else { return topics.count == 1 }
    if topics.isEmpty, case .key = secret { return true }
    return topics.contains(topic) || topics.contains(PushType.bundleID(of: topic))
  }

  /// Returns the environments that a certificate serves for an application: one, by the rules of ``EnvironmentRule``.
  static func environments(
    of facts: CertificateFacts, application: ApplicationKind, choice: PushEnvironment?
  ) throws(CredentialError) -> Set<PushEnvironment> {
    guard let kind = CredentialClass(certificateFor: facts.environments) else {
      throw CredentialError(
        "the certificate is none for pushes: it has neither Apple's extension for the sandbox nor the one for production; make an 'Apple Push Notification service SSL' certificate"
      )
    }
    do throws(EnvironmentBreach) {
      return [try EnvironmentRule.environment(application, kind, choice: choice)]
    } catch {
      throw CredentialError(error.sentence(.options))
    }
  }

  /// Returns the bundle ids that a certificate serves: those that were chosen among its topics, else all of
  /// them.
  static func topics(of facts: CertificateFacts, choice: [String]) throws(CredentialError) -> [String] {
    let listed = facts.topics.map(\.name)
    guard !listed.isEmpty else {
      throw CredentialError(
        "the certificate names no bundle id; make an 'Apple Push Notification service SSL' certificate")
    }
    if let other = choice.first(where: { !listed.contains($0) }) {
      throw CredentialError(
        "the certificate is not for the bundle id '\(other)', but for \(listed.joined(separator: ", ")); fix --bundle-id"
      )
    }
    return choice.isEmpty ? Topics.roots(listed) : choice
  }
}
