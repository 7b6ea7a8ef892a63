import Pipeline
import PrometheusMetrics

extension RunPlan {
  /// Makes the metrics of the run; nil where no file is written.
  func metering() -> Run.Metering? {
    guard let metrics else { return nil }
    // node_exporter shows the files of several runs together, where each series may be there once.
    let file = metrics.split(separator: "/").last ?? ""
    let registry = MetricRegistry(common: [("run", String(file.dropLast(Self.metricsSuffix.count)))])
    registry.addProcess()
    return Run.Metering(registry, file: ("--metrics", metrics))
  }
}

extension MetricRegistry {
  /// Adds what is known of the program and its process.
  func addProcess() {
    info("notilua_build_info", "The version of the program.", "version", CommandLineTool.version)
    _ = ProcessMetrics(self)
  }
}
