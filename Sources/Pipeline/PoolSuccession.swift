import CProcessSandbox
import ConfigurationFiles
import EventLoop
import NotificationModel
import Notilua
import WorkerHost

/// The pools of a run, one for each generation of its chain, and the order of their results.
///
/// Lines go to the pool in force. A pool before it ends once its last result is handed on, and the results of the pools
/// behind wait until then: so the order of all results is that of their lines, and nothing pauses. One that has not ended
/// after the longest time of a step is killed, and the chain in force runs what it has left.
final class PoolSuccession {
  /// A generation that is not in force yet.
  private enum Candidate {
    case none
    case loading(RunningChain, (Result<Void, HostError>) -> Void)
    case loaded(RunningChain)
    /// Its workers could not go on after they had loaded the plugins.
    case failed(HostError)
  }

  /// The most pools that have batches and take no more.
  private static let endingLimit = 3

  /// Called with each result, in the order of submission; see ``WorkerPool/onResult``.
  var onResult: (BatchResult) -> Void = { _ in }
  var onEvent: (WorkerPool.Event) -> Void = { _ in }
  /// The chain in force.
  private(set) var current: RunningChain
  private var ending: [EndingChain] = []
  /// Wakes the loop when the next chain is due.
  private lazy var deadline = current.pool.reactor.timer {}
  private var candidate = Candidate.none
  private var past = PoolTotals()

  /// - Parameter first: a chain whose workers have loaded the plugins.
  init(_ first: RunningChain) {
    current = first
    connect(first)
  }

  private func connect(_ chain: RunningChain) {
    chain.pool.onResult = { [unowned self] in onResult($0) }
    chain.pool.onEvent = { [unowned self] in onEvent($0) }
  }

  /// The pool that lines go to.
  var pool: WorkerPool { current.pool }
  /// The number of batches that have no result yet.
  var pending: Int { ending.reduce(current.pool.pending) { $0 + $1.chain.pool.pending } }
  /// The totals of all pools so far.
  var totals: PoolTotals {
    var totals = past
    for chain in ending.map(\.chain) + [current] { totals.add(chain) }
    return totals
  }

  // MARK: Changing the generation

  /// Starts the workers of another generation beside those in force.
  ///
  /// - Parameter done: called by ``advance()``, once they have loaded the plugins or cannot.
  func load(
    _ content: ChainContent, generation: GenerationMark, _ options: Run.Options,
    _ done: @escaping (Result<Void, HostError>) -> Void
  ) throws(HostError) {
    discard(HostError(.failed, "another generation is loaded in its place"))
    guard ending.count < Self.endingLimit else {
      throw HostError(
        .failed, "\(ending.count) generations before it still run their last batches; try again in a moment")
    }
    // A worker takes four descriptors, and there are two pools now.
    ps_allow_descriptors()
    let chain = try RunningChain(content, generation: generation, options, on: pool.reactor)
    connect(chain)
    candidate = .loading(chain, done)
  }

  /// Puts the generation that was loaded in force: the next line goes to it.
  func adopt() throws(HostError) {
    switch candidate {
    case .none, .loading: throw HostError(.failed, "no generation is loaded; load it again")
    case .failed(let error):
      candidate = .none
      throw error
    case .loaded(let chain):
      candidate = .none
      chain.pool.holdsResults = true
      ending.append(EndingChain(chain: current))
      current = chain
      setDeadlines()
    }
  }

  /// Ends the workers of a generation that is not to be in force.
  ///
  /// - Parameter reason: given to those who wait for it.
  func discard(_ reason: HostError) {
    let candidate = candidate
    self.candidate = .none
    if case .loading(_, let done) = candidate { done(.failure(reason)) }
  }

  // MARK: The loop

  /// Acts on what the last turn of the loop has brought: ends pools that are done, and judges the one that loads.
  ///
  /// - Throws: ``HostError`` where the workers of a generation that has lines cannot go on.
  func advance() throws(HostError) {
    try current.pool.check()
    for chain in ending.map(\.chain) { try chain.pool.check() }
    retire()
    try replaceOverdue()
    judge()
  }

  private func retire() {
    while let first = ending.first?.chain, first.pool.pending == 0 {
      past.add(first)
      ending.removeFirst()
      (ending.first?.chain ?? current).pool.holdsResults = false
    }
  }

  /// Begins the time that each chain which is not in force any more has for its last batches.
  private func setDeadlines() {
    let now = current.pool.reactor.now
    for index in ending.indices where ending[index].due == nil {
      ending[index].due = now + ending[index].chain.pool.wallLimit
    }
    armDeadline()
  }

  private func armDeadline() {
    if let due = ending.compactMap(\.due).min() { deadline.arm(at: due) }
  }

  /// Kills the workers of chains that have had their time, and has the chain in force run what they have not done.
  private func replaceOverdue() throws(HostError) {
    let now = current.pool.reactor.now
    for index in ending.indices {
      guard let due = ending[index].due, due <= now else { continue }
      let old = ending[index].chain
      let event = WorkerPool.Event.outlived(
        generation: old.generation?.number ?? 0, successor: current.generation?.number ?? 0,
        batches: old.pool.pending, limit: .nanoseconds(old.pool.wallLimit))
      past.add(old)
      let chain = try current.takingOver(old)
      connect(chain)
      ending[index] = EndingChain(chain: chain)
      // Its results may have come before all others.
      chain.pool.holdsResults = index > 0
      onEvent(event)
    }
    armDeadline()
  }

  private func judge() {
    switch candidate {
    case .none, .failed: break
    case .loading(let chain, let done):
      do throws(HostError) {
        try chain.pool.check()
        guard chain.pool.isLoaded else { return }
        try chain.pool.checkPlugins()
        candidate = .loaded(chain)
        done(.success(()))
      } catch {
        candidate = .none
        done(.failure(error))
      }
    case .loaded(let chain):
      do throws(HostError) { try chain.pool.check() } catch { candidate = .failed(error) }
    }
  }

  /// A Boolean value that indicates whether a plugin's fault may stop the run, in the generation that was loaded last.
  var mayHalt: Bool {
    if case .loaded(let chain) = candidate { chain.pool.mayHalt } else { current.pool.mayHalt }
  }
}
