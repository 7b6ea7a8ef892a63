import ConfigurationFiles
import EventLoop
import Localization
import NotificationModel
import WorkerProtocol

/// The plugins of a pool and its options, with all that follows from them.
struct PoolSetup {
  let definitions: [PluginDefinition]
  let options: WorkerPool.Options
  /// The catalogs of all plugins, each once.
  let catalogs: [CompiledCatalog]
  /// The longest that a step of a worker may take by the limits, in nanoseconds.
  let wallLimit: Int64
  /// The part of one notification's result that the host accepts.
  let resultLimits: ResultLimits
  /// The check of what workers report beside payloads.
  let effectsCheck: EffectsCheck
  /// The facts of the chain that its results have.
  let facts: ChainFacts
  /// The most bytes of the workers' reports on the plugins.
  let reportLimit: Int
  /// A Boolean value that indicates whether a file of tests stands in the place of a plugin.
  private let hasSuite: Bool
  private let keys: KeyRing
  private let configuration: WorkerConfiguration

  init(_ definitions: [PluginDefinition], _ options: WorkerPool.Options, _ keys: KeyRing) {
    self.definitions = definitions
    self.options = options
    self.keys = keys
    var numbered = definitions
    catalogs = PluginDefinition.numberCatalogs(&numbered)
    configuration = WorkerConfiguration(plugins: numbered, options: options.runner, seed: 0)
    resultLimits = ResultLimits(payload: options.payloadLimit)
    effectsCheck = EffectsCheck(grants: definitions.map(\.delivery))
    facts = ChainFacts(generation: options.generation, names: Set(definitions.map(\.name)))
    reportLimit = PluginReport.bodyLimit(definitions)
    hasSuite = definitions.contains { $0.testing?.isSuite == true }
    // Without plugins a worker has next to nothing to do, and may wait for the processor all the same.
    wallLimit = definitions.map { $0.limits.wall.nanoseconds }.max() ?? 10_000_000_000
  }

  // MARK: Starting

  /// The source of the identifiers of lines that have none.
  var identifiers: IdentifierSeed { options.seed.map { IdentifierSeed($0) } ?? IdentifierSeed() }

  /// The shared memory of each worker.
  var layout: SharedLayout { SharedLayout(lineCapacity: max(options.payloadLimit + 4096, 512 << 10)) }

  /// Returns the body of the frame that configures a process.
  ///
  /// Each process has a seed of its own: two that draw the same identifiers would give them twice.
  func configurationBody() -> [UInt8] {
    var configuration = configuration
    configuration.seed = options.seed ?? UInt64.random(in: .min ... .max)
    return configuration.body
  }

  /// Returns what the kernel is to hold a process with this much shared memory to.
  func processLimits(sharing size: Int) -> WorkerProcess.Limits {
    let cpuLimits = definitions.map { $0.limits.cpu.nanoseconds }
    let memory = definitions.reduce(0) { $0 + $1.limits.memory }
    // A tick for a tenth of the smallest limit, but not so often that counting costs anything.
    let tick = min(max((cpuLimits.min() ?? 0) / 10, 1_000_000), 10_000_000)
    return WorkerProcess.Limits(
      addressSpace: (256 << 20) + memory + size,
      tick: tick,
      // A tick may come late where the machine is busy, and one that comes too late kills.
      overdue: max((cpuLimits.max() ?? 0) / 4 * 5 + 10 * tick, 100_000_000))
  }

  /// Returns the part of each notification that the results of a batch have.
  func content(of batch: Batch) -> ResultContent {
    switch batch.form {
    case .lines, .pushes: options.runner.content
    case .requests: .answers
    }
  }

  // MARK: Requests

  /// The bytes that may wait for a worker to read them: all that it can have asked for before it reads again, and the
  /// frames of its batches.
  ///
  /// It is listened to all the while: who waits here for the other to read could wait for ever.
  var unsentLimit: Int {
    CapabilityRequest.waitingLimit * (CapabilityAnswer.bodyLimit(isSuite: hasSuite) + Frame.headerSize)
      + (1 << 10)
  }

  /// Returns how many requests a worker with so many notifications may send.
  func requestLimit(items: Int) -> Int {
    // A notification is begun anew once for each plugin at most, and may ask again then.
    items * CapabilityRequest.limit(isSuite: hasSuite) * (definitions.count + 1)
  }

  /// Returns the request in a frame's body; nil where there is none, or its plugin may not ask for that.
  func request(_ body: [UInt8]) -> CapabilityRequest? {
    guard let (plugin, request) = try? CapabilityRequest.read(body),
      definitions.indices.contains(plugin), request.isWithinLimits,
      definitions[plugin].capabilities.contains(request.capability)
    else { return nil }
    return request
  }

  /// Carries out a request with the keys.
  func answer(_ request: CapabilityRequest) -> CapabilityAnswer { keys.answer(request) }
}
