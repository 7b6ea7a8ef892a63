import PrometheusMetrics

/// The metrics of generations.
package struct ReloadMetrics: Sendable {
  /// The results of reloads and rollbacks.
  package enum Result: String, Sendable, CaseIterable {
    case activated, unchanged, failed
    case rolledBack = "rolled_back"
  }

  private let generation: Gauge
  private let success: Gauge
  private let timestamp: Gauge
  private let reloads: MetricSet<Result, Counter>

  /// Adds the metrics to a registry.
  package init(_ registry: MetricRegistry) {
    generation = registry.gauge("notilua_generation", "The generation of the chain that is in force.")
    success = registry.gauge(
      "notilua_reload_success", "1 where the last reload ended well, which may be that nothing had changed.")
    timestamp = registry.gauge(
      "notilua_reload_timestamp_seconds", "Time since 1970 at which the generation in force was put there.",
      .seconds)
    reloads = registry.counters(
      "notilua_reloads_total", "Reloads and rollbacks, by result.", MetricLabels("result", Result.self))
    success.set(1)
  }

  /// Takes over which generation is in force.
  func take(_ current: Generation) {
    generation.set(current.number)
    timestamp.set(current.activatedAt * 1_000_000)
  }

  /// Counts the end of a reload or a rollback.
  func count(_ result: Result) {
    success.set(result == .failed ? 0 : 1)
    reloads[result]?.add()
  }
}
