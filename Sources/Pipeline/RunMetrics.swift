import Delivery
import NotificationModel
import PrometheusMetrics
import WorkerHost

/// The metrics of a run: its notifications, plugins, workers, and the queue in memory.
///
/// Most are counted by the run anyway, and are taken over when a reader comes: so they cost the chain nothing.
package struct RunMetrics: Sendable {
  /// The outcomes of notifications in the chain, and the results of those that it lets through.
  package enum Outcome: String, Sendable, CaseIterable {
    case dropped, rejected, accepted, delivered, refused, undelivered, expired, withdrawn
  }

  /// The states of notifications in a queue in memory.
  enum QueueState: String, Sendable, CaseIterable {
    case queued
    case atSink = "at_sink"
    case retrying
  }

  private let registry: MetricRegistry
  let received: Counter
  let notifications: MetricSet<Outcome, Counter>
  let endToEnd: Histogram
  private(set) var plugins: PluginMetrics
  let restarts: MetricSet<WorkerDeath.Cause, Counter>
  let workerMemory: Gauge
  let workerTime: Counter
  let waiting: MetricSet<QueueState, Gauge>
  let oldest: ClockGauge

  /// - Parameter plugins: their names, in the order of the chain.
  package init(_ registry: MetricRegistry, plugins: [String]) {
    self.registry = registry
    received = registry.counter("notilua_received_total", "Lines of the inputs that have their outcome.")
    notifications = registry.counters(
      "notilua_notifications_total", "Notifications by what became of them in the chain and at the sink.",
      MetricLabels("outcome", Outcome.self))
    endToEnd = registry.histogram(
      "notilua_end_to_end_seconds", "Time from a queue's taking a notification to its end.",
      bounds: Histogram.waits)
    self.plugins = PluginMetrics(registry, plugins)
    restarts = registry.counters(
      "notilua_worker_restarts_total", "Workers that ended and were replaced, by cause.",
      MetricLabels("cause", WorkerDeath.Cause.self))
    workerMemory = registry.gauge(
      "notilua_worker_memory_bytes", "Memory in use by the largest worker.", .bytes)
    workerTime = registry.counter("notilua_worker_cpu_seconds_total", "CPU time of the workers.", .seconds)
    waiting = registry.gauges(
      "notilua_queue_waiting", "Notifications in the queue in memory.", MetricLabels("state", QueueState.self)
    )
    oldest = registry.clockGauge(
      "notilua_queue_oldest_seconds", "Age of the oldest notification in the queue in memory.")
  }

  /// Adds the series of plugins that were not in the chain before; those of the others stay.
  mutating func add(plugins names: [String]) {
    plugins = PluginMetrics(registry, plugins.names + names.filter { !plugins.names.contains($0) })
  }

  // MARK: Totals of the run

  /// Takes over what a run has counted.
  func take(_ summary: RunSummary, _ deliveries: RunSummary.Deliveries?) {
    received.raise(to: Int64(summary.lines))
    raise(.dropped, summary.dropped)
    raise(.rejected, summary.rejected)
    raise(.delivered, deliveries?.delivered ?? summary.delivered)
    guard let deliveries else { return }
    raise(.accepted, deliveries.accepted)
    raise(.refused, deliveries.refused)
    raise(.undelivered, deliveries.undelivered)
    raise(.expired, deliveries.expired)
    raise(.withdrawn, deliveries.withdrawn)
  }

  private func raise(_ outcome: Outcome, _ total: Int) { notifications[outcome]?.raise(to: Int64(total)) }

  /// Takes over what is known of the workers and their plugins.
  func take(_ pools: PoolSuccession) {
    let totals = pools.totals
    let quarantines = Dictionary(zip(pools.current.names, pools.pool.quarantines)) { $1 }
    plugins.take(totals.plugins(plugins.names), plugins.names.map { quarantines[$0] ?? 0 })
    for (cause, count) in totals.deaths { restarts[cause]?.raise(to: Int64(count)) }
    workerMemory.set(pools.pool.residentMemory)
    workerTime.raise(to: totals.cpuTime)
  }

  /// Takes over what a queue has in memory.
  func take(_ load: QueueLoad) {
    waiting[.queued]?.set(load.queued)
    waiting[.atSink]?.set(load.atSink)
    waiting[.retrying]?.set(load.retrying)
    oldest.set(load.oldest)
  }

  // MARK: Notifications

  /// Notes the time at which a queue takes a notification.
  func begin(_ notification: inout PushNotification) { notification.acceptedAt = MetricRegistry.wallClock() }

  /// Counts the time that a notification has taken to its end.
  func end(_ notification: PushNotification) {
    guard notification.acceptedAt > 0 else { return }
    let milliseconds = MetricRegistry.wallClock() - notification.acceptedAt
    endToEnd.observe(milliseconds.multipliedReportingOverflow(by: 1_000_000).partialValue)
  }
}
