import ConfigurationFiles
import NotificationModel
import Notilua

/// The change of a run's chain while it runs; all of it on the run's thread.
extension Run {
  /// Starts the workers of another generation beside those in force, which go on.
  ///
  /// - Parameters:
  ///   - generation: the mark that its outcomes and notifications have.
  ///   - done: called once they have loaded the plugins, or cannot.
  package func load(
    _ content: ChainContent, generation: GenerationMark,
    _ done: @escaping (Result<Void, HostError>) -> Void
  ) {
    do throws(HostError) {
      try pools.load(content, generation: generation, options, done)
    } catch {
      done(.failure(error))
    }
  }

  /// Puts the generation that was loaded in force: the next batch goes to it, and no result comes out of order.
  ///
  /// It is for a run of pushes, each of which is read whole.
  ///
  /// - Throws: ``HostError`` where its workers cannot go on; the one before stays in force.
  package func adopt() throws(HostError) {
    try pools.adopt()
    metrics?.add(plugins: pools.current.names)
    RunNotices(self).sayMissingCapabilities()
  }

  /// Ends the workers of a generation that is not to be in force.
  package func discard(_ reason: HostError) { pools.discard(reason) }
}
