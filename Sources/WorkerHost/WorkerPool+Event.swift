extension WorkerPool {
  /// An event that the pool reports beside results.
  package enum Event: Sendable {
    case quarantined(plugin: String, faults: Int, for: Duration)
    case released(plugin: String)
    case workerDied(signal: Int32?, status: Int32?)
  }
}
