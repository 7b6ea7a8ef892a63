import APNsCredentials
import NotificationModel

/// The permissions of a client's certificate, from Apple's extensions in it.
package struct ClientCertificate: Sendable, Equatable {
  package var topics: [String]
  package var environments: Set<PushEnvironment>
  /// Seconds since 1970.
  package var notAfter: Int64

  package init(topics: [String], environments: Set<PushEnvironment>, notAfter: Int64) {
    self.topics = topics
    self.environments = environments
    self.notAfter = notAfter
  }

  /// Takes the permissions that a certificate states.
  package init(_ facts: CertificateFacts) {
    self.init(topics: facts.topics.map(\.name), environments: facts.environments, notAfter: facts.notAfter)
  }

  /// Creates the permissions of a certificate; one that cannot be read is bad for everything.
  package init(der: [UInt8]) {
    do throws(CredentialError) {
      self.init(try CertificateFacts(der: der))
    } catch {
      self.init(topics: [], environments: [], notAfter: 0)
    }
  }

  /// Refuses one without topics, which is none of Apple's kind, an expired one, and one for the other environment.
  ///
  /// - Parameter now: milliseconds since 1970.
  package func checkUse(_ environment: PushEnvironment, at now: Int64) throws(Refusal) {
    guard !topics.isEmpty, now / 1000 < notAfter else { throw Refusal("BadCertificate") }
    guard environments.contains(environment) else { throw Refusal("BadCertificateEnvironment") }
  }

  /// Returns the topic of a push: the header, or the only one that the certificate has.
  package func topic(_ header: String?) throws(Refusal) -> String {
    guard let header else {
      // "If … your certificate … supports multiple topics, you must specify a value for this header."
      guard topics.count == 1 else { throw Refusal("MissingTopic") }
      return topics[0]
    }
    try RequestCheck.checkTopic(header)
    guard topics.contains(header) else { throw Refusal("TopicDisallowed") }
    return header
  }
}
