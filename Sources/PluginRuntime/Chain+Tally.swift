import NotificationModel
import WorkerProtocol

extension Chain {
  /// The counts of one plugin.
  package struct Tally: Sendable {
    /// The number of runs.
    package var runs = 0
    /// The number of runs that changed the payload.
    package var edits = 0
    /// The number of notifications that it dropped.
    package var drops = 0
    /// The number of runs that failed.
    package var faults = 0
    /// Those of the faults that bring no quarantine nearer.
    package var uncountedFaults = 0
    /// The other faults since the last run without one.
    package var faultsInRow = 0
    /// Notifications that passed it by while it was set aside.
    package var passedBy = 0
    /// The number of runs that were timed: all where reports are asked for, else one in eight.
    package private(set) var timed = 0
    /// The time of those runs.
    package private(set) var nanoseconds: Int64 = 0
    /// The faults by kind.
    package private(set) var kinds = FaultCounts<UInt32>()

    /// A Boolean value that indicates whether the next run is timed: to time each costs as much as a small plugin's work.
    var timesNext: Bool { runs & 7 == 0 }

    mutating func time(_ nanoseconds: Int64) {
      timed += 1
      self.nanoseconds += nanoseconds
    }

    mutating func count(_ kind: Fault.Kind) {
      faults += 1
      kinds.count(kind)
    }
  }
}
