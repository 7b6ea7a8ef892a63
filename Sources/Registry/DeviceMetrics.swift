import PrometheusMetrics

/// The metrics of devices.
package struct DeviceMetrics: Sendable {
  private struct State: Hashable, Sendable {
    var application: String
    var state: DeviceState.Code
  }

  private struct Kind: Hashable, Sendable {
    var application: String
    var kind: Registered.Kind
  }

  private static let states: [DeviceState.Code] = [.active, .suspended, .loggedOut]

  private let applications: [String]
  private let devices: MetricSet<State, Gauge>
  private let registrations: MetricSet<Kind, Counter>
  private let removals: MetricSet<RemovalReason, Counter>
  private let jumps: MetricSet<String, Gauge>

  /// Makes the metrics of some applications, each series at 0.
  package init(_ registry: MetricRegistry, applications: [String]) {
    self.applications = applications
    devices = registry.gauges(
      "notilua_devices", "Devices that are registered.",
      MetricLabels(
        ["application", "state"],
        applications.flatMap { key in Self.states.map { State(application: key, state: $0) } }
      ) { [$0.application, $0.state.word] })
    registrations = registry.counters(
      "notilua_device_registrations_total", "Registrations of devices, by their effect.",
      MetricLabels(
        ["application", "kind"],
        applications.flatMap { key in Registered.Kind.allCases.map { Kind(application: key, kind: $0) } }
      ) { [$0.application, $0.kind.rawValue] })
    removals = registry.counters(
      "notilua_device_registrations_ended_total", "Registrations that have ended, by the reason.",
      MetricLabels("reason", RemovalReason.self))
    jumps = registry.gauges(
      "notilua_device_refusals_jump",
      "1 while APNs refuses the tokens of so many devices that none is suspended.",
      MetricLabels("application", applications))
  }

  /// Sets the numbers of devices.
  package func set(_ counts: [String: [DeviceState.Code: Int]]) {
    for application in applications {
      for state in Self.states {
        devices[State(application: application, state: state)]?.set(counts[application]?[state] ?? 0)
      }
    }
  }

  /// Counts a registration and what it ended.
  func count(_ registered: Registered) {
    registrations[Kind(application: registered.device.application, kind: registered.kind)]?.add()
    for reason in registered.ended { count(reason) }
  }

  /// Counts registrations that have ended.
  func count(_ reason: RemovalReason, _ count: Int = 1) { removals[reason]?.add(count) }

  /// Shows whether devices of an application are not suspended at the moment.
  func setJump(_ isJump: Bool, of application: String) { jumps[application]?.set(isJump ? 1 : 0) }
}
