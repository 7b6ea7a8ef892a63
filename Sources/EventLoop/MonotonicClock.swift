import Glibc

/// The clock that deadlines are measured by: it never goes back, and stands still while the machine sleeps.
package enum MonotonicClock {
  /// The time in nanoseconds.
  package static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
