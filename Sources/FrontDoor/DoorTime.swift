import EventLoop
import Glibc

/// A moment, by the calendar for tokens and certificates, and by the clock that never goes back for rates.
package struct DoorTime: Sendable, Equatable {
  /// Milliseconds since 1970.
  package var wall: Int64
  /// Nanoseconds of ``MonotonicClock``.
  package var monotonic: Int64

  /// Makes a value from its parts.
  package init(wall: Int64, monotonic: Int64) {
    self.wall = wall
    self.monotonic = monotonic
  }

  /// The present moment.
  package static var now: DoorTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return DoorTime(
      wall: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000, monotonic: MonotonicClock.now)
  }
}
