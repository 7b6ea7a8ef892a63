import EventLoop

/// The reports of a sink that are on their way: the loop passes them on, behind the call that has made them.
package final class PendingReports {
  /// Called with the reports of a turn.
  package var reported: ([DeliveryReport]) -> Void = { _ in }
  private let reactor: Reactor
  private var reports: [DeliveryReport] = []

  package init(on reactor: Reactor) { self.reactor = reactor }

  /// The number of reports that were not passed on.
  package var count: Int { reports.count }

  /// Adds a report.
  package func add(_ report: DeliveryReport) {
    if reports.isEmpty { reactor.perform { [weak self] in self?.passOn() } }
    reports.append(report)
  }

  /// Passes on what there is, without waiting for the loop.
  package func passOn() {
    guard !reports.isEmpty else { return }
    let passed = reports
    reports.removeAll(keepingCapacity: true)
    reported(passed)
  }
}
