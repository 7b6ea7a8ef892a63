import CSystemd
import EventLoop
import Glibc
import NotificationModel

/// The service manager that started this process, such as systemd; without one every report goes nowhere.
///
/// Source: the manual page sd_notify(3). The manager's variables stay in this process and are kept from its children.
package struct ServiceManager: Sendable {
  /// The variables by which a manager speaks to one process alone.
  private static let variables = [
    "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES",
  ]

  /// The time after which the manager takes this process for hung; nil where it does not watch it.
  package let watchdogTimeout: Duration?

  /// Reads from the environment which reports the manager waits for.
  package init() {
    for name in Self.variables { ChildEnvironment.hide(name) }
    var microseconds: UInt64 = 0
    let isWatched = sd_watchdog_enabled(0, &microseconds) > 0
    watchdogTimeout = isWatched ? .microseconds(Int64(clamping: microseconds)) : nil
  }

  /// Reports that the service has started, or has read its configuration again.
  package func reportReady(_ status: String) { notify(["READY=1", Self.line(status)]) }

  /// Reports one sentence for people, which `systemctl status` shows.
  package func report(_ status: String) { notify([Self.line(status)]) }

  /// Reports that the service reads its configuration again; ``reportReady(_:)`` ends that.
  package func reportReloading(_ status: String) {
    notify(["RELOADING=1", "MONOTONIC_USEC=\(MonotonicClock.now / 1000)", Self.line(status)])
  }

  /// Reports that the service is about to end.
  package func reportStopping(_ status: String) { notify(["STOPPING=1", Self.line(status)]) }

  /// Reports that the service is alive; see ``LoopPulse``, which decides that.
  func feedWatchdog() { notify(["WATCHDOG=1"]) }

  /// Returns the assignment of a status, in which nothing begins another assignment.
  private static func line(_ status: String) -> String { "STATUS=" + status.shortened }

  private func notify(_ assignments: [String]) {
    // A manager that is gone or busy is no reason to end.
    sd_notify(0, assignments.joined(separator: "\n"))
  }
}
