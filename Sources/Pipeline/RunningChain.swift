import CProcessSandbox
import ConfigurationFiles
import EventLoop
import NotificationModel
import Notilua
import WorkerHost
import WorkerProtocol

/// One generation of a run's chain, with the workers that run it.
struct RunningChain {
  /// The facts of a chain that its results are read with.
  struct Facts {
    /// The mark of the generation; nil for a run whose chain stays the same.
    var generation: GenerationMark?
    /// The names of the plugins.
    var names: Set<String>
  }

  let generation: GenerationMark?
  let definitions: [PluginDefinition]
  let pool: WorkerPool

  /// Starts workers, which load the plugins as the loop turns.
  init(
    _ content: ChainContent, generation: GenerationMark?, _ options: Run.Options, on reactor: Reactor
  ) throws(HostError) {
    if !content.keys.isEmpty { ps_forbid_core_files() }
    var poolOptions = content.options
    poolOptions.runner = options.runnerOptions(poolOptions.runner)
    self.generation = generation
    definitions = content.definitions
    pool = try WorkerPool(
      starting: content.definitions, options: poolOptions, keys: content.keys, on: reactor)
  }

  var names: [String] { definitions.map(\.name) }
  var facts: Facts { Facts(generation: generation, names: Set(names)) }

  /// Waits until the workers have loaded the plugins.
  ///
  /// - Throws: ``HostError`` where a plugin could not be loaded.
  func load() throws(HostError) {
    while !pool.isLoaded { try pool.turn() }
    try pool.checkPlugins()
  }
}
