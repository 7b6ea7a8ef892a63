import CProcessSandbox
import ConfigurationFiles
import EventLoop
import NotificationModel
import Notilua
import WorkerHost
import WorkerProtocol

/// One generation of a run's chain, with the workers that run it.
struct RunningChain {
  let generation: GenerationMark?
  private let content: ChainContent
  private let options: Run.Options
  let pool: WorkerPool

  /// Starts workers, which load the plugins as the loop turns.
  init(
    _ content: ChainContent, generation: GenerationMark?, _ options: Run.Options, on reactor: Reactor
  ) throws(HostError) {
    if !content.keys.isEmpty { ps_forbid_core_files() }
    var poolOptions = content.options
    poolOptions.runner = options.runnerOptions(poolOptions.runner)
    poolOptions.generation = generation
    (self.content, self.generation, self.options) = (content, generation, options)
    pool = try WorkerPool(
      starting: content.definitions, options: poolOptions, keys: content.keys, on: reactor)
  }

  var definitions: [PluginDefinition] { content.definitions }
  var names: [String] { definitions.map(\.name) }

  /// Returns the same chain with workers of its own, which go on with the work of another.
  func takingOver(_ other: RunningChain) throws(HostError) -> RunningChain {
    let chain = try RunningChain(content, generation: generation, options, on: pool.reactor)
    chain.pool.takeOver(other.pool)
    return chain
  }

  /// Waits until the workers have loaded the plugins.
  ///
  /// - Throws: ``HostError`` where a plugin could not be loaded.
  func load() throws(HostError) {
    while !pool.isLoaded { try pool.turn() }
    try pool.checkPlugins()
  }
}
