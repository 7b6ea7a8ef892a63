import EventLoop
import Foundation
import Outbox
import PrometheusMetrics

/// The metrics of an outbox, by the numbers of its file.
///
/// A thread of its own reads them: an outbox with a million notifications takes a second to count, in which the run would
/// stand still.
package final class OutboxMetrics: Sendable {
  /// The states of notifications that are in the file.
  private enum State: String, Sendable, CaseIterable {
    case queued, waiting, dead
  }

  /// The time between two readings, in microseconds.
  private static let interval: UInt32 = 5_000_000

  private let path: String
  private let waiting: MetricSet<State, Gauge>
  private let oldest: ClockGauge
  private let bytes: Gauge
  private let free: Gauge
  private let commits: Histogram

  /// Adds the metrics to a registry.
  package init(_ registry: MetricRegistry, _ path: String) {
    self.path = path
    waiting = registry.gauges(
      "notilua_outbox_waiting", "Notifications in the outbox.", MetricLabels("state", State.self))
    oldest = registry.clockGauge(
      "notilua_outbox_oldest_seconds", "Age of the oldest notification that has no end yet.")
    bytes = registry.gauge("notilua_outbox_bytes", "Size of the outbox with its log.", .bytes)
    free = registry.gauge("notilua_outbox_free_bytes", "Room on the disk of the outbox.", .bytes)
    commits = registry.histogram(
      "notilua_outbox_commit_seconds", "Time of a commit.", bounds: Histogram.short)
  }

  /// Takes the time of an outbox' commits, and reads its numbers every few seconds for as long as the process runs.
  package func watch(_ outbox: Outbox) {
    var startedAt: Int64 = 0
    outbox.hooks.onPoint = { [commits] point in
      switch point {
      case .beforeCommit: startedAt = MonotonicClock.now
      case .afterCommit: commits.observe(MonotonicClock.now - startedAt)
      case .afterSending, .afterAnswer, .beforeCheckpoint, .afterCheckpoint: break
      }
    }
    read()
    Thread.detachNewThread { [self] in
      while true {
        let startedAt = MonotonicClock.now
        read()
        // However large it is, it is read for a small part of the time.
        usleep(max(Self.interval, UInt32(clamping: (MonotonicClock.now - startedAt) / 1000 * 20)))
      }
    }
  }

  /// Reads the numbers; where the file cannot be read, they stay as they were, and only the age goes on.
  package func read() {
    guard let inventory = try? OutboxInventory(path), let status = try? inventory.status() else { return }
    waiting[.queued]?.set(status.queued)
    waiting[.waiting]?.set(status.waiting.reduce(0) { $0 + $1.count })
    waiting[.dead]?.set(status.dead.reduce(0) { $0 + $1.count })
    oldest.set(status.oldest)
    bytes.set(status.size)
    free.set(status.free)
  }
}
