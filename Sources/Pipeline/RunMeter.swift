import Delivery
import EventLoop
import PrometheusMetrics

/// Writes the metrics of a run to a file, every ten seconds and at the end, as node_exporter's textfile collector reads them.
///
/// What cannot be written is reported, and the run goes on.
final class RunMeter {
  private static let interval = Duration.seconds(10)

  private let options: Run.Metering
  private let reporter: RunReporter
  private let refresh: () -> Void
  private var timer: Reactor.Timer?

  /// - Parameter refresh: brings the metrics up to date.
  init(_ options: Run.Metering, _ reporter: RunReporter, refresh: @escaping () -> Void) {
    self.options = options
    self.reporter = reporter
    self.refresh = refresh
  }

  /// Writes the file, and again by a loop's timer.
  func begin(on reactor: Reactor) {
    timer = reactor.timer { [unowned self] in turn() }
    turn()
  }

  private func turn() {
    write()
    timer?.arm(after: Self.interval)
  }

  /// Writes the file for the last time.
  func end() {
    timer = nil
    options.atEnd()
    write()
  }

  private func write() {
    refresh()
    var text = options.registry.text(.prometheus)
    let code = text.withUTF8 { replaceFile(options.path, UnsafeRawBufferPointer($0), mode: 0o644) }
    guard code != 0 else { return }
    reporter.sayThinned(
      "notilua: \(options.name) '\(options.path)': \(systemMessage(code)); check the folder, its owner and its disk",
      kind: "metrics: ")
  }
}

extension Run {
  /// Where the metrics of a run are, and the file that they are written to.
  package struct Metering {
    package var registry: MetricRegistry
    /// The name that messages call the file by, such as an option of a command.
    package var name: String
    package var path: String
    /// Called before the file is written for the last time.
    package var atEnd: () -> Void = {}

    package init(_ registry: MetricRegistry, name: String, path: String) {
      (self.registry, self.name, self.path) = (registry, name, path)
    }
  }

  /// Brings the metrics up to date with what the run has counted.
  func refresh(_ metrics: RunMetrics) {
    metrics.take(summary, destination.log?.totals)
    metrics.take(pool)
    if let load = options.queue?.load { metrics.take(load) }
  }
}
