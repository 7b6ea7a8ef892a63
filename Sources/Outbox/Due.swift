import EventLoop

/// A time at which something is to be done, by the clock that its user reads.
package enum Due: Comparable {
  case now
  case at(Int64)
  case never

  /// Returns a Boolean value that indicates whether the time has come.
  package func isOver(_ time: Int64) -> Bool { self <= .at(time) }
}

/// A time that lies between two turns of something that is done again and again.
struct Interval {
  private let length: Int64
  private var last: Int64?

  init(_ length: Duration) { self.length = length.nanoseconds }

  /// Begins a turn where the time has come; false where it has not.
  mutating func begin(_ now: Int64) -> Bool {
    if let last, now - last <= length { return false }
    last = now
    return true
  }

  /// Lets the next turn come at once.
  mutating func restart() { last = nil }
}
