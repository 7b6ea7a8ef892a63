import WorkerProtocol

/// The totals of a plugin in a run.
package struct PluginTotals: Sendable, Equatable {
  package var runs: UInt64 = 0
  package var edits: UInt64 = 0
  package var drops: UInt64 = 0
  package var faults: UInt64 = 0
  /// Notifications that passed it by while it was set aside.
  package var passedBy: UInt64 = 0
  /// The faults by kind.
  package var kinds = FaultCounts<UInt64>()
  /// The number of runs that were timed, and their time.
  package var timed: UInt64 = 0
  package var nanoseconds: UInt64 = 0

  package init() {}

  /// Adds the totals of another pool's plugin.
  package mutating func add(_ other: PluginTotals) {
    runs &+= other.runs
    edits &+= other.edits
    drops &+= other.drops
    faults &+= other.faults
    passedBy &+= other.passedBy
    kinds.add(other.kinds)
    timed &+= other.timed
    nanoseconds &+= other.nanoseconds
  }

  mutating func add(_ tally: TallyRecord) {
    runs &+= UInt64(tally.runs)
    edits &+= UInt64(tally.edits)
    drops &+= UInt64(tally.drops)
    faults &+= UInt64(tally.faults)
    passedBy &+= UInt64(tally.passedBy)
    kinds.add(tally.kinds)
    timed &+= UInt64(tally.timed)
    nanoseconds &+= UInt64(tally.nanoseconds)
  }
}
