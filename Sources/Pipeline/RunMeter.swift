import Delivery
import EventLoop
import PrometheusMetrics

/// Brings the metrics of a run up to date, and writes them to a file, every ten seconds and at the end, as node_exporter's
/// textfile collector reads them.
///
/// Without a file, readers come at any time: they are brought up to date every second then. What cannot be written
/// is reported, and the run goes on.
final class RunMeter {
  private var interval: Duration { options.file == nil ? .seconds(1) : .seconds(10) }

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
    timer?.arm(after: interval)
  }

  /// Writes the file for the last time.
  func end() {
    timer = nil
    options.atEnd()
    write()
  }

  private func write() {
    refresh()
    guard let file = options.file else { return }
    var text = options.registry.text(.prometheus)
    let code = text.withUTF8 { replaceFile(file.path, UnsafeRawBufferPointer($0), mode: 0o644) }
    guard code != 0 else { return }
    reporter.sayThinned(
      "notilua: \(file.name) '\(file.path)': \(systemMessage(code)); check the folder, its owner and its disk",
      kind: "metrics: ")
  }
}

extension Run {
  /// The registry of a run's metrics, and the file that they are written to.
  package struct Metering {
    package var registry: MetricRegistry
    /// The file, and the name that messages call it by, such as an option of a command; nil where readers use the
    /// registry itself.
    package var file: (name: String, path: String)?
    /// Called before the file is written for the last time.
    package var atEnd: () -> Void = {}

    package init(_ registry: MetricRegistry, file: (name: String, path: String)? = nil) {
      (self.registry, self.file) = (registry, file)
    }
  }

  /// Brings the metrics up to date with what the run has counted.
  func refresh(_ metrics: RunMetrics) {
    metrics.take(summary, destination.log?.totals)
    metrics.take(pools)
    if let load = options.queue?.load { metrics.take(load) }
  }
}
