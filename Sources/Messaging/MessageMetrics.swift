import Composition
import PrometheusMetrics

/// The metrics of messages.
package struct MessageMetrics: Sendable {
  private let decisions: MetricSet<MetricPair<String, Decision>, Counter>

  /// Makes the metrics of some applications, each series at 0.
  package init(_ registry: MetricRegistry, applications: [String]) {
    decisions = registry.counters(
      "notilua_message_decisions_total", "Decisions on messages for devices of their recipients.",
      MetricLabels("application", applications).and(MetricLabels("decision", Decision.self)))
  }

  /// Counts the decisions on a message.
  func count(_ decisions: [DeviceDecision], of application: String) {
    for decision in decisions { self.decisions[application, decision.decision]?.add() }
  }
}
