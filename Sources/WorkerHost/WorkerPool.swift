import CProcessSandbox
import ConfigurationFiles
import EventLoop
import WorkerProtocol

/// Supervises the workers: gives them batches, takes results in order, and replaces a worker that dies.
///
/// A pool lives on a loop, and never blocks: pipes of workers are registered there, and limits of time are a timer.
package final class WorkerPool {
  /// Called with each result, in the order of submission; its sections are gone afterwards.
  package var onResult: (BatchResult) -> Void = { _ in }
  package var onEvent: (Event) -> Void = { _ in }
  /// Carries out what the plugins ask for, in place of the keys.
  package var onRequest: ((CapabilityRequest) -> CapabilityAnswer)?
  /// The number of workers that have died, by cause.
  package private(set) var deaths: [WorkerDeath.Cause: Int] = [:]
  /// The CPU time of workers that have died, in nanoseconds.
  private var retiredTime: Int64 = 0
  /// The loop that the workers are on.
  package let reactor: Reactor

  private(set) var setup: PoolSetup
  private(set) var workers: [SupervisedWorker] = []
  private(set) lazy var looks = LookTimer(reactor) { [unowned self] in look(absence: $0) }
  private var tables: SharedTables
  /// The failure after which the workers cannot go on.
  private var failure: HostError?
  /// A Boolean value that indicates whether results wait, as those do that stand behind another pool's.
  package var holdsResults = false { didSet { handOnNext() } }
  var report = LoadReport()
  var ledger: PluginLedger
  var batches: BatchQueue
  var pace = BatchPace(limit: SharedLayout.itemLimit)

  /// Starts the workers and waits until they have loaded the plugins.
  ///
  /// - Parameter reactor: the loop that the workers are to be on; nil for one of their own.
  package convenience init(
    definitions: [PluginDefinition], options: Options, keys: KeyRing, on reactor: Reactor? = nil
  ) throws(HostError) {
    let loop: Reactor
    if let reactor { loop = reactor } else { loop = try Reactor.open() }
    try self.init(starting: definitions, options: options, keys: keys, on: loop)
    try waitUntilLoaded()
  }

  /// Starts the workers; the loop's turns load the plugins, until ``isLoaded``.
  package init(
    starting definitions: [PluginDefinition], options: Options, keys: KeyRing, on reactor: Reactor
  ) throws(HostError) {
    self.reactor = reactor
    setup = PoolSetup(definitions, options, keys)
    tables = try SharedTables(setup.catalogs)
    ledger = PluginLedger(setup)
    batches = BatchQueue(setup.identifiers)
    // A worker takes four descriptors.
    if options.workers > 64 { ps_allow_descriptors() }
    for index in 0..<options.workers { workers.append(try makeWorker(index)) }
  }

  // MARK: What the workers say

  /// The reports of the workers on the plugins.
  package var reports: [PluginReport] { report.plugins }
  /// The version of Landlock in force in the workers, or minus the errno that refused it.
  package var landlock: Int32 { report.landlock }
  /// The call that refused it.
  package var landlockCall: Int32 { report.landlockCall }
  /// The names of the plugins.
  package var pluginNames: Set<String> { Set(setup.definitions.map(\.name)) }
  /// The totals of each plugin so far.
  package var totals: [PluginTotals] { ledger.totals }
  /// The number of workers that have died.
  package var restarts: Int { deaths.values.reduce(0, +) }
  /// The number of apps that each plugin is in quarantine for; all lines are one.
  package var quarantines: [Int] { ledger.quarantineCounts(now: MonotonicClock.now) }
  /// The CPU time of all workers so far, in nanoseconds.
  package var cpuTime: Int64 { workers.reduce(retiredTime) { $0 + $1.process.cpuTime } }
  /// The most bytes that one of the workers has in memory, as the kernel counts them.
  package var residentMemory: Int { workers.map(\.process.residentMemory).max() ?? 0 }

  /// Fails where a plugin could not be loaded.
  package func checkPlugins() throws(HostError) {
    for (report, definition) in zip(reports, setup.definitions) where !report.failure.isEmpty {
      let place = definition.place.map { " (\($0) has it in the chain)" } ?? ""
      throw HostError(.plugins, "\(report.failure)\(place); 'notilua check' looks at every plugin")
    }
  }

  // MARK: Starting

  /// Puts other plugins in the place of those that there are, and waits until the workers have loaded them.
  ///
  /// Nothing may be pending. The processes stay where their limits, which the kernel holds them to, are the same.
  package func reconfigure(
    definitions: [PluginDefinition], options: Options, keys: KeyRing
  ) throws(HostError) {
    // One that took the place of a worker that died would say of the old plugins that they are loaded.
    try waitUntilLoaded()
    setup = PoolSetup(definitions, options, keys)
    tables = try tables.serving(setup.catalogs)
    ledger = PluginLedger(setup)
    batches.restart(setup.identifiers)
    report.plugins = []
    for (index, worker) in workers.enumerated() {
      if worker.process.limits.serve(processLimits(worker.process.layout)),
        worker.process.tables.strings.serve(setup.catalogs)
      {
        configure(worker)
      } else {
        workers[index] = try makeWorker(index)
      }
    }
    try waitUntilLoaded()
  }

  /// A Boolean value that indicates whether all workers have loaded the plugins.
  package var isLoaded: Bool { workers.allSatisfy(\.isLoaded) }

  private func waitUntilLoaded() throws(HostError) {
    while !isLoaded { try turn() }
  }

  private func processLimits(_ layout: SharedLayout) -> WorkerProcess.Limits {
    setup.processLimits(sharing: 4 * (layout.requestsSize + layout.resultsSize) + tables.size)
  }

  private func makeWorker(_ index: Int) throws(HostError) -> SupervisedWorker {
    let layout = setup.layout
    var limits = processLimits(layout)
    limits.addressSpace += setup.options.spareMemory
    let process = try WorkerProcess(
      executable: setup.options.executable, layout: layout, limits: limits, tables: tables,
      timeZone: setup.options.timeZone)
    let worker = SupervisedWorker(process, index: index)
    try start(worker)
    return worker
  }

  private func start(_ worker: SupervisedWorker) throws(HostError) {
    try worker.start(on: reactor) { [unowned self] in hear($0) }
    configure(worker)
    for batch in worker.batches { send(batch, to: worker) }
  }

  private func configure(_ worker: SupervisedWorker) {
    worker.configure(setup)
    looks.begin()
  }

  /// Puts a new process in the place of one that died, and has it do again what the old one had not finished.
  ///
  /// - Parameter isUnderstood: false where the host ends it for what it has written.
  func replace(_ worker: SupervisedWorker, isUnderstood: Bool = true) throws(HostError) {
    retiredTime += worker.process.cpuTime
    var death = worker.end()
    deaths[isUnderstood ? death.cause : .invalid, default: 0] += 1
    let blame = DeathBlame(setup.definitions, executable: setup.options.executable)
    if worker.isLoaded {
      onEvent(death.event)
      if let batch = worker.batches.first { try blame.blame(batch, for: death) }
    } else {
      if !isUnderstood { death.ending = .exited(Int32(PS_EXIT_PROTOCOL)) }
      try blame.count(death, &worker.failedStarts)
    }
    try start(worker)
  }

  // MARK: The loop

  /// Turns the loop once, and so acts on what the workers say.
  ///
  /// - Parameter timeout: the time to wait at most; nil for as long as it takes.
  /// - Throws: ``HostError`` where the workers cannot go on.
  package func turn(timeout: Duration? = nil) throws(HostError) {
    reactor.turn(timeout: timeout)
    try check()
  }

  /// Fails where the workers cannot go on, which the loop's handlers have noticed.
  package func check() throws(HostError) { if let failure { throw failure } }

  private func hear(_ worker: SupervisedWorker) {
    do throws(HostError) {
      try receive(worker)
    } catch {
      failure = error
      for worker in workers { worker.leaveLoop() }
    }
  }

  /// Kills workers that do not go on.
  ///
  /// - Parameter absence: the time by which the loop was late: what a worker has said meanwhile is heard only now.
  private func look(absence: Int64) {
    guard workers.contains(where: \.isBusy) else { return }
    for worker in workers { worker.progress.excuse(absence) }
    for worker in workers where worker.isBusy {
      worker.look(limit: setup.wallLimit, plugins: setup.definitions.count)
    }
    looks.begin()
  }
}
