import NotificationModel

/// The number of faults of each kind.
package struct FaultCounts<Number: FixedWidthInteger & Sendable>: Sendable, Equatable {
  private var errors: Number = 0
  private var timeouts: Number = 0
  private var memory: Number = 0
  private var crashes: Number = 0
  private var invalidResults: Number = 0

  package init() {}

  /// The number of a kind.
  package subscript(kind: Fault.Kind) -> Number {
    switch kind {
    case .error: errors
    case .timeout: timeouts
    case .memory: memory
    case .crash: crashes
    case .invalidResult: invalidResults
    }
  }

  /// Counts a fault.
  package mutating func count(_ kind: Fault.Kind) {
    switch kind {
    case .error: errors &+= 1
    case .timeout: timeouts &+= 1
    case .memory: memory &+= 1
    case .crash: crashes &+= 1
    case .invalidResult: invalidResults &+= 1
    }
  }

  /// Adds counts of another width.
  package mutating func add(_ other: FaultCounts<some FixedWidthInteger & Sendable>) {
    errors &+= Number(truncatingIfNeeded: other.errors)
    timeouts &+= Number(truncatingIfNeeded: other.timeouts)
    memory &+= Number(truncatingIfNeeded: other.memory)
    crashes &+= Number(truncatingIfNeeded: other.crashes)
    invalidResults &+= Number(truncatingIfNeeded: other.invalidResults)
  }
}

extension FaultCounts<UInt32> {
  /// The number of faults, of any kind.
  package var sum: UInt64 {
    UInt64(errors) + UInt64(timeouts) + UInt64(memory) + UInt64(crashes) + UInt64(invalidResults)
  }
}
