import NotificationModel
import PrometheusMetrics
import WorkerHost
import WorkerProtocol

/// The metrics of the plugins of a chain.
struct PluginMetrics: Sendable {
  let names: [String]
  private let runs: MetricSet<String, Counter>
  private let changes: MetricSet<String, Counter>
  private let drops: MetricSet<String, Counter>
  private let faults: MetricSet<MetricPair<String, Fault.Kind>, Counter>
  private let skips: MetricSet<String, Counter>
  private let durations: MetricSet<String, DurationTotal>
  private let quarantined: MetricSet<String, Gauge>

  init(_ registry: MetricRegistry, _ names: [String]) {
    self.names = names
    let plugin = MetricLabels("plugin", names)
    runs = registry.counters("notilua_plugin_runs_total", "Runs of a plugin on a notification.", plugin)
    changes = registry.counters(
      "notilua_plugin_changes_total", "Runs that changed the payload.", plugin)
    drops = registry.counters("notilua_plugin_drops_total", "Notifications that a plugin dropped.", plugin)
    faults = registry.counters(
      "notilua_plugin_faults_total", "Failures of a plugin, by kind.",
      plugin.and(MetricLabels("kind", Fault.Kind.self)))
    skips = registry.counters(
      "notilua_plugin_quarantine_skips_total", "Notifications that came while a plugin was in quarantine.",
      plugin)
    durations = registry.durations(
      "notilua_plugin_duration_seconds", "Time of those runs that were timed: at least one in eight.", plugin)
    quarantined = registry.gauges(
      "notilua_plugin_quarantined", "Apps for which a plugin is in quarantine; a run of lines is one.", plugin
    )
  }

  /// Takes over totals in the order of the names.
  func take(_ totals: [PluginTotals], _ quarantines: [Int]) {
    for (name, total) in zip(names, totals) {
      runs[name]?.raise(to: Int64(clamping: total.runs))
      changes[name]?.raise(to: Int64(clamping: total.edits))
      drops[name]?.raise(to: Int64(clamping: total.drops))
      skips[name]?.raise(to: Int64(clamping: total.passedBy))
      durations[name]?.raise(
        to: Int64(clamping: total.timed), nanoseconds: Int64(clamping: total.nanoseconds))
      for kind in Fault.Kind.allCases { faults[name, kind]?.raise(to: Int64(clamping: total.kinds[kind])) }
    }
    for (name, apps) in zip(names, quarantines) { quarantined[name]?.set(apps) }
  }
}
