import Applications
import Glibc
import NotificationModel

/// The use that a certificate is chosen for.
package struct CertificateUse: Sendable {
  /// The apps; empty for any.
  package var bundleIDs: [String] = []
  /// The state of the app; nil where it does not matter.
  package var application: ApplicationKind?
  /// The environment that it pushes to, where the rules leave a choice.
  package var environment: PushEnvironment?
  /// In seconds since 1970.
  package var now = Int64(time(nil))

  /// Makes one that any certificate for pushes serves now.
  package init() {}

  /// The reason for which a certificate does not serve.
  enum Objection: Equatable {
    case noPushes
    case rule(String)
    case expired(String)
    case notYet(String)

    /// A Boolean value that indicates whether it is about the time, and nothing else.
    var isOfDates: Bool {
      switch self {
      case .expired, .notYet: true
      case .noPushes, .rule: false
      }
    }

    /// A clause whose subject is the certificate.
    var message: String {
      switch self {
      case .noPushes: "is none for pushes"
      case .rule(let cause): cause
      case .expired(let date): "expired on \(date)"
      case .notYet(let date): "is not valid before \(date)"
      }
    }
  }

  /// Returns what is against a certificate; nil where it serves.
  func objection(to facts: CertificateFacts) -> Objection? {
    guard !facts.environments.isEmpty, !facts.topics.isEmpty else { return .noPushes }
    do throws(CredentialError) {
      _ = try Credential.topics(of: facts, choice: bundleIDs)
      if let application {
        _ = try Credential.environments(of: facts, application: application, choice: environment)
      }
    } catch {
      // The cause without what to do about it, which is another thing where there are others.
      return .rule(String(error.message.prefix { $0 != ";" }))
    }
    if facts.notAfter < now { return .expired(ExpiryWarning.date(facts.notAfter)) }
    return facts.notBefore > now ? .notYet(ExpiryWarning.date(facts.notBefore)) : nil
  }

  /// Returns the apps that a certificate is for, by their bundle ids.
  func apps(of facts: CertificateFacts) -> Set<String> {
    let names = bundleIDs.isEmpty ? facts.topics.map(\.name) : bundleIDs
    return Set(names.map(PushType.bundleID))
  }
}
