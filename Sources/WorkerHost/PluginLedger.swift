import WorkerProtocol

/// The totals of each plugin so far, and the plugins in quarantine.
struct PluginLedger {
  private let names: [String]
  private let quarantineAfter: Int
  private let quarantineLength: Duration
  private(set) var totals: [PluginTotals]
  /// The quarantines by the app that notifications are for; lines have one for all.
  private var quarantines: [String?: Quarantine] = [:]

  init(_ setup: PoolSetup) {
    names = setup.definitions.map(\.name)
    quarantineAfter = setup.options.quarantineAfter
    quarantineLength = setup.options.quarantineFor
    totals = Array(repeating: PluginTotals(), count: names.count)
  }

  /// Returns the plugins that are in quarantine for an app, a bit each: another app's notifications do not set a plugin
  /// aside for it.
  func quarantined(for app: String?) -> UInt64 { quarantines[app]?.mask ?? 0 }

  /// Returns for each plugin the number of apps that it is in quarantine for, where lines are one; what is over does not count,
  /// also where nothing has come since.
  func quarantineCounts(now: Int64) -> [Int] {
    names.indices.map { plugin in quarantines.values.count { $0.contains(plugin, now: now) } }
  }

  /// Adds what the plugins did in a batch; returns an event for each that comes into quarantine.
  ///
  /// - Parameter app: the app that the batch is for; nil for lines.
  mutating func add(_ tallies: [TallyRecord], for app: String?, now: Int64) -> [WorkerPool.Event] {
    var quarantine =
      quarantines[app]
      ?? Quarantine(plugins: names.count, after: quarantineAfter, for: quarantineLength)
    defer { quarantines[app] = quarantine }
    var events: [WorkerPool.Event] = []
    for (plugin, tally) in tallies.enumerated() {
      totals[plugin].add(tally)
      if let faults = quarantine.count(plugin, tally, now: now) {
        events.append(.quarantined(plugin: names[plugin], app: app, faults: faults, for: quarantineLength))
      }
    }
    return events
  }

  /// Ends quarantines that are over; returns an event for each.
  mutating func release(now: Int64) -> [WorkerPool.Event] {
    var events: [WorkerPool.Event] = []
    for app in quarantines.keys {
      let released = quarantines[app]?.release(now: now) ?? []
      events += released.map { .released(plugin: names[$0], app: app) }
    }
    return events
  }
}
