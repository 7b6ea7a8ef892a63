import WorkerProtocol

/// The totals of each plugin so far, and the plugins in quarantine.
struct PluginLedger {
  private let names: [String]
  private let quarantineLength: Duration
  private(set) var totals: [PluginTotals]
  private var quarantine: Quarantine

  init(_ setup: PoolSetup) {
    names = setup.definitions.map(\.name)
    quarantineLength = setup.options.quarantineFor
    totals = Array(repeating: PluginTotals(), count: names.count)
    quarantine = Quarantine(plugins: names.count, after: setup.options.quarantineAfter, for: quarantineLength)
  }

  /// The plugins that are in quarantine, a bit each.
  var quarantined: UInt64 { quarantine.mask }

  /// Adds what the plugins did in a batch; returns an event for each that comes into quarantine.
  mutating func add(_ tallies: [TallyRecord], now: Int64) -> [WorkerPool.Event] {
    var events: [WorkerPool.Event] = []
    for (plugin, tally) in tallies.enumerated() {
      totals[plugin].add(tally)
      if let faults = quarantine.count(plugin, tally, now: now) {
        events.append(.quarantined(plugin: names[plugin], faults: faults, for: quarantineLength))
      }
    }
    return events
  }

  /// Ends quarantines that are over; returns an event for each.
  mutating func release(now: Int64) -> [WorkerPool.Event] {
    quarantine.release(now: now).map { .released(plugin: names[$0]) }
  }
}
