extension WorkerPool {
  /// What the pool tells beside results.
  package enum Event: Sendable {
    case quarantined(plugin: String, faults: Int, for: Duration)
    case released(plugin: String)
    case workerDied(signal: Int32?, status: Int32?)
  }
}
