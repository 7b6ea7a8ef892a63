import WorkerHost

/// The totals of pools that have come one after the other, so that no count begins anew with a generation.
struct PoolTotals {
  /// The totals of each plugin by its name.
  private(set) var plugins: [String: PluginTotals] = [:]
  /// The number of workers that have died, by cause.
  private(set) var deaths: [WorkerDeath.Cause: Int] = [:]
  /// The CPU time of all workers, in nanoseconds.
  private(set) var cpuTime: Int64 = 0

  /// The number of workers that have died.
  var restarts: Int { deaths.values.reduce(0, +) }

  /// Adds those of a chain's pool.
  mutating func add(_ chain: RunningChain) {
    for (name, totals) in zip(chain.names, chain.pool.totals) {
      plugins[name, default: PluginTotals()].add(totals)
    }
    for (cause, count) in chain.pool.deaths { deaths[cause, default: 0] += count }
    cpuTime += chain.pool.cpuTime
  }

  /// Returns the totals of plugins in an order of names.
  func plugins(_ names: [String]) -> [PluginTotals] { names.map { plugins[$0] ?? PluginTotals() } }
}
