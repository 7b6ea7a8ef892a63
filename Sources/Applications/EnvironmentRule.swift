import NotificationModel

/// The rule that says where an application pushes to: one for each kind of application and class of credential.
package enum EnvironmentRule: Sendable, Equatable {
  /// To this environment, without a choice.
  case always(PushEnvironment)
  /// To the environment that is chosen; one must be.
  case chosen
  /// To none: the credential does not serve the application.
  case refused

  /// Returns the rule: the table.
  package static func of(_ kind: ApplicationKind, _ credential: CredentialClass) -> EnvironmentRule {
    switch (kind, credential) {
    case (.development, .signingKey): .always(.sandbox)
    case (.development, .sandboxCertificate): .always(.sandbox)
    case (.development, .productionCertificate): .always(.production)
    case (.development, .universalCertificate): .chosen
    case (.production, .signingKey): .always(.production)
    case (.production, .sandboxCertificate): .refused
    case (.production, .productionCertificate): .always(.production)
    case (.production, .universalCertificate): .always(.production)
    }
  }

  /// Returns the environment that an application pushes to with a credential.
  ///
  /// - Parameter choice: the environment that the operator chose, where they did.
  /// - Throws: ``EnvironmentBreach`` where the rule is against it.
  package static func environment(
    _ kind: ApplicationKind, _ credential: CredentialClass, choice: PushEnvironment?
  ) throws(EnvironmentBreach) -> PushEnvironment {
    if let only = credential.only, let choice, choice != only { throw .certificateIsForOther(only) }
    switch of(kind, credential) {
    case .always(let environment):
      guard choice ?? environment == environment else { throw .applicationIsForOther(kind, environment) }
      return environment
    case .chosen:
      guard let choice else { throw .mustBeChosen }
      return choice
    case .refused: throw .sandboxCertificate
    }
  }

  /// Returns the environment of an application whose credential is not known yet.
  ///
  /// - Throws: ``EnvironmentBreach`` where no credential could serve the choice.
  package static func environment(
    _ kind: ApplicationKind, choice: PushEnvironment?
  ) throws(EnvironmentBreach) -> PushEnvironment {
    switch kind {
    case .production: try environment(kind, .universalCertificate, choice: choice)
    case .development: choice ?? .sandbox
    }
  }
}
