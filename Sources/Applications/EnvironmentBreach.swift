import NotificationModel

/// A breach of the rules of environments.
package enum EnvironmentBreach: Error, Sendable, Equatable {
  /// A universal certificate in development, and no choice.
  case mustBeChosen
  /// A sandbox certificate for an application in production.
  case sandboxCertificate
  /// A choice that the certificate excludes; with the environment that it is for.
  case certificateIsForOther(PushEnvironment)
  /// A choice that the application's kind excludes; with the environment that it pushes to.
  case applicationIsForOther(ApplicationKind, PushEnvironment)

  /// The place where an operator states kind and environment, which sentences name.
  package enum Place: Sendable {
    /// The options of `notilua credentials add`.
    case options
    /// The keys of `applications` in notilua.yaml.
    case configuration

    func kind(_ kind: ApplicationKind) -> String {
      self == .options ? "--application \(kind.rawValue)" : "'kind: \(kind.rawValue)'"
    }

    func environment(_ environment: PushEnvironment) -> String {
      self == .options ? "--environment \(environment.rawValue)" : "'environment: \(environment.rawValue)'"
    }

    var environmentName: String { self == .options ? "--environment" : "environment" }
  }

  /// Returns the rule and the next step, without a full stop.
  package func sentence(_ place: Place) -> String {
    switch self {
    case .mustBeChosen:
      "a universal certificate serves an application in development in one environment; say which with"
        + " \(place.environment(.sandbox)) or \(place.environment(.production))"
    case .sandboxCertificate:
      "a sandbox certificate does not serve an application in production; use a universal one"
        + " (Sandbox & Production), or \(place.kind(.development))"
    case .certificateIsForOther(let only):
      "the certificate is for \(only.rawValue) only, and \(place.environmentName) is"
        + " \(only == .sandbox ? "production" : "sandbox"); leave it out, or use a universal certificate"
    case .applicationIsForOther(.production, _):
      "an application in production pushes to production only; leave \(place.environmentName) out, or use"
        + " \(place.kind(.development))"
    case .applicationIsForOther(.development, _):
      "an application in development pushes to the sandbox with a signing key; leave"
        + " \(place.environmentName) out, or use \(place.kind(.production))"
    }
  }
}
