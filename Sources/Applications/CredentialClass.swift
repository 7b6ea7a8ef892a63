import NotificationModel

/// The kinds of credentials that the rules of environments tell apart.
package enum CredentialClass: Sendable, CaseIterable {
  /// A signing key (.p8), which APNs accepts in both environments.
  case signingKey
  /// A certificate for the sandbox only.
  case sandboxCertificate
  /// A certificate for production only, as Apple issued before universal ones.
  case productionCertificate
  /// A certificate for both: "Sandbox & Production".
  case universalCertificate

  /// Makes the class of a certificate by the environments that it names; nil where it names none.
  package init?(certificateFor environments: Set<PushEnvironment>) {
    switch (environments.contains(.sandbox), environments.contains(.production)) {
    case (true, true): self = .universalCertificate
    case (true, false): self = .sandboxCertificate
    case (false, true): self = .productionCertificate
    case (false, false): return nil
    }
  }

  /// The one environment that APNs accepts it in; nil for both.
  var only: PushEnvironment? {
    switch self {
    case .signingKey, .universalCertificate: nil
    case .sandboxCertificate: .sandbox
    case .productionCertificate: .production
    }
  }
}
