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
    for (name, end) in Self.ends(credentials) {
      if names.contains(name) {
        expiry[name]?.set(end)
      } else {
        soonest = min(soonest ?? end, end)
      }
    }
    if !names.contains("other") { expiry["other"]?.set(soonest) }
  }

  /// Returns the names of certificates with the times at which they expire, in milliseconds since 1970; a key does not.
  private static func ends(_ credentials: [Credential]) -> [(name: String, end: Int64)] {
    credentials.compactMap { credential in
      guard case .certificate(let certificate) = credential.secret else { return nil }
      return (credential.name, certificate.facts.notAfter * 1000)
    }
  }
}
