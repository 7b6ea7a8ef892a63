import ConfigurationFiles
import EventLoop
import WorkerProtocol

/// The plugins that are quarantined after faults in a row, each with the end of that.
package struct Quarantine {
  private struct Entry {
    var faultsInRow = 0
    /// On the monotonic clock; 0 where the plugin runs.
    var until: Int64 = 0
  }

  /// After how many faults in a row; 0 is never.
  private let after: Int
  /// For how long, in nanoseconds.
  private let length: Int64
  private var entries: [Entry]

  package init(plugins: Int, after: Int, for duration: Duration) {
    self.after = after
    length = duration.nanoseconds
    entries = Array(repeating: Entry(), count: plugins)
  }

  /// Counts what a plugin did in a batch.
  ///
  /// - Returns: its faults in a row, where it is set aside for them now.
  package mutating func count(_ plugin: Int, _ tally: TallyRecord, now: Int64) -> Int? {
    guard tally.runs > 0 || tally.faults > 0 else { return nil }
    // Where no run was without a fault, the row goes on.
    if tally.faults - tally.uncountedFaults == tally.faultsInRow, tally.runs <= tally.faults {
      entries[plugin].faultsInRow &+= Int(tally.faultsInRow)
    } else {
      entries[plugin].faultsInRow = Int(tally.faultsInRow)
    }
    guard after > 0, entries[plugin].faultsInRow >= after, entries[plugin].until == 0 else { return nil }
    entries[plugin].until = now + length
    return entries[plugin].faultsInRow
  }

  /// Ends what is over; tells which plugins run again.
  package mutating func release(now: Int64) -> [Int] {
    let released = entries.indices.filter { entries[$0].until > 0 && entries[$0].until <= now }
    for plugin in released { entries[plugin] = Entry() }
    return released
  }

  /// Returns whether a plugin is set aside at a time.
  package func contains(_ plugin: Int, now: Int64) -> Bool { entries[plugin].until > now }

  /// The plugins that are set aside, a bit each; those from the 65th on never are.
  package var mask: UInt64 {
    var mask: UInt64 = 0
    for plugin in entries.indices.prefix(64) where entries[plugin].until > 0 { mask |= 1 << UInt64(plugin) }
    return mask
  }
}
