import PrometheusMetrics

/// The metrics of the presence.
package struct PresenceMetrics: Sendable {
  private struct Connection: Hashable, Sendable {
    var application: String
    var state: PresenceState
  }

  private static let states: [PresenceState] = [.connected, .background]

  private let applications: [String]
  private let connections: MetricSet<Connection, Gauge>
  private let gateways: MetricSet<String, Gauge>

  /// Makes the metrics of some applications, each series at 0.
  package init(_ registry: MetricRegistry, applications: [String]) {
    self.applications = applications
    connections = registry.gauges(
      "notilua_presence_connections", "Connections of users that gateways report.",
      MetricLabels(
        ["application", "state"],
        applications.flatMap { key in Self.states.map { Connection(application: key, state: $0) } }
      ) { [$0.application, $0.state.rawValue] })
    gateways = registry.gauges(
      "notilua_gateways", "Gateways whose lease holds.", MetricLabels("application", applications))
  }

  /// Sets the numbers of gateways and their connections.
  package func set(_ standings: [GatewayStanding]) {
    for application in applications {
      let own = standings.filter { $0.name.application == application }
      gateways[application]?.set(own.count)
      connections[Connection(application: application, state: .connected)]?.set(
        own.reduce(0) { $0 + $1.connected })
      connections[Connection(application: application, state: .background)]?.set(
        own.reduce(0) { $0 + $1.background })
    }
  }
}
