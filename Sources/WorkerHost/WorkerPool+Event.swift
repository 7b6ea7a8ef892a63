extension WorkerPool {
  /// An event that the pool reports beside results.
  package enum Event: Sendable {
    /// A plugin is quarantined, for the pushes of one app or for all lines.
    case quarantined(plugin: String, app: String?, faults: Int, for: Duration)
    case released(plugin: String, app: String?)
    case workerDied(signal: Int32?, status: Int32?)
    /// A generation had batches left a time after another was put in force, whose plugins run on them now.
    case outlived(generation: UInt32, successor: UInt32, batches: Int, limit: Duration)
  }
}
