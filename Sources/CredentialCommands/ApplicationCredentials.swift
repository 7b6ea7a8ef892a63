import APNsCredentials
import Applications
import ConfigurationFiles
import NotificationModel
import Notilua

/// The applications of a configuration beside the credentials of a store, compared by the rules of environments.
package struct ApplicationCredentials {
  /// A breach of the rules by an application's credential.
  package struct Finding: Equatable {
    /// A Boolean value that indicates whether no push of the application could be sent as it is configured.
    package var isError: Bool
    /// The place in the configuration.
    package var place: String
    /// The cause and the next step.
    package var message: String
  }

  private let entries: [Configuration.Application]
  private let applications: [Application]
  private let store: CredentialStore

  /// - Throws: ``HostError`` where the applications themselves are wrong.
  package init(_ configuration: Configuration, _ store: CredentialStore) throws(HostError) {
    entries = configuration.applications
    applications = try configuration.applicationTable().applications
    self.store = store
  }

  /// Returns what is wrong, in the order of the configuration; nothing where there is no credential at all.
  package func findings() -> [Finding] {
    guard !entries.isEmpty, let names = try? store.names(), !names.isEmpty else { return [] }
    let credentials = names.compactMap { try? store.load($0) }
    return zip(entries, applications).compactMap { entry, application in
      do throws(CredentialError) {
        return try finding(entry, application, credentials)
      } catch {
        return Self.finding(entry, error.message)
      }
    }
  }

  /// Fails with the first error.
  package func check() throws(HostError) {
    guard let first = findings().first(where: \.isError) else { return }
    throw HostError(.usage, "\(first.place): \(first.message)")
  }

  private func finding(
    _ entry: Configuration.Application, _ application: Application, _ credentials: [Credential]
  ) throws(CredentialError) -> Finding? {
    if let name = application.credential {
      return problem(entry, application, try store.load(name)).map { Self.finding(entry, $0) }
    }
    let serving = credentials.filter {
      $0.serves(topic: application.bundleID, environment: application.environment)
    }
    guard let credential = serving.first(where: { !$0.topics.isEmpty }) ?? serving.first else {
      return Self.finding(
        entry, isError: false,
        "no credential of '\(store.folder)' serves \(application.bundleID) in"
          + " \(application.environment.rawValue); add one with 'notilua credentials add'")
    }
    return problem(entry, application, credential).map { Self.finding(entry, $0) }
  }

  /// Returns why a credential is not one for an application; nil where it is.
  private func problem(
    _ entry: Configuration.Application, _ application: Application, _ credential: Credential
  ) -> String? {
    guard let kind = credential.kind else { return nil }
    let wanted: PushEnvironment
    do throws(EnvironmentBreach) {
      wanted = try EnvironmentRule.environment(
        application.kind, kind, choice: entry.environment.flatMap(PushEnvironment.init))
    } catch {
      return "credential '\(credential.name)': \(error.sentence(.configuration))"
    }
    if wanted != application.environment {
      return "credential '\(credential.name)': the certificate is for \(wanted.rawValue) only; write"
        + " 'environment: \(wanted.rawValue)', or use a universal certificate"
    }
    if credential.serves(topic: application.bundleID, environment: wanted) { return nil }
    let topics =
      credential.topics.isEmpty ? "any app of its team" : credential.topics.joined(separator: ", ")
    let environments = credential.environments.map(\.rawValue).sorted().joined(separator: " and ")
    return "credential '\(credential.name)' is for \(topics) in \(environments), and not for"
      + " \(application.bundleID) in \(wanted.rawValue); name another, or add it anew with 'notilua credentials add'"
  }

  private static func finding(
    _ entry: Configuration.Application, isError: Bool = true, _ message: String
  ) -> Finding {
    Finding(
      isError: isError, place: entry.place ?? "applications",
      message: "application '\(entry.key)': \(message)")
  }
}
