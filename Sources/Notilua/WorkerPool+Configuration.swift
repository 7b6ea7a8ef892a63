import WorkerHost

extension WorkerPool.Options {
  /// Makes the options that a configuration asks for.
  package init(_ configuration: Configuration, executable: String) {
    self.init(executable: executable)
    if let count = configuration.workers { workers = count }
    payloadLimit = configuration.payloadLimit
    quarantineAfter = configuration.quarantineAfter
    quarantineFor = configuration.quarantineFor
    runner = configuration.runnerOptions
  }
}
