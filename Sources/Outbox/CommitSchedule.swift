import EventLoop

/// The time of the next commit, by the clock of turns, in nanoseconds.
struct CommitSchedule {
  private(set) var due = Due.never
  /// The last time that was noted.
  private(set) var now: Int64 = 0

  /// Notes the time.
  mutating func note(_ time: Int64) { now = max(now, time) }
  /// Lets the next commit be within a time.
  mutating func commit(within delay: Duration) { due = min(due, .at(now + delay.nanoseconds)) }
  /// Lets the next commit be no later than a time.
  mutating func commit(by time: Int64) { due = min(due, .at(time)) }
  mutating func commitAtOnce() { due = .now }
  /// Notes that there is nothing more to commit.
  mutating func clear() { due = .never }

  /// Returns the nanoseconds until it is due; nil for no time.
  func wait(_ now: Int64) -> Int64? {
    switch due {
    case .now: 0
    case .at(let time): max(time - now, 0)
    case .never: nil
    }
  }
}
