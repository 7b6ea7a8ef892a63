import APNsCredentials
import PrometheusMetrics

/// The metrics of the credentials for APNs.
struct CredentialMetrics: Sendable {
  private let names: [String]
  private let expiry: MetricSet<String, ClockGauge>

  /// Adds the metrics to a registry, with a series for each credential that there is now.
  init(_ registry: MetricRegistry, _ credentials: [Credential]) {
    names = credentials.map(\.name)
    expiry = registry.clockGauges(
      "notilua_credential_expiry_seconds", "Time until a certificate expires; a key never does.",
      MetricLabels("name", orOther: names), .until)
    take(credentials)
  }

  /// Takes over the credentials as they are now; of those that were not there at the start, the first to expire counts.
  func take(_ credentials: [Credential]) {
    for name in names { expiry[name]?.set(nil) }
    var soonest: Int64?
    for credential in credentials {
      guard let end = credential.expiry.map({ $0 * 1000 }) else { continue }
      if names.contains(credential.name) {
        expiry[credential.name]?.set(end)
      } else {
        soonest = min(soonest ?? end, end)
      }
    }
    if !names.contains("other") { expiry["other"]?.set(soonest) }
  }
}

extension Credential {
  /// The time at which it expires, in seconds since 1970; nil for a key, which does not.
  fileprivate var expiry: Int64? {
    switch secret {
    case .key: nil
    case .certificate(let certificate): certificate.facts.notAfter
    }
  }
}
