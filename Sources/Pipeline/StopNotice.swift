import ConfigurationFiles
import EventLoop

/// The sentence about a stop that takes its time, which is said once.
struct StopNotice {
  /// The time after which there is one, in nanoseconds.
  private static let delay: Int64 = 400_000_000
  private var isSaid = false

  /// Returns the sentence where it is time for it.
  ///
  /// - Parameters:
  ///   - batches: how many of the workers have no results yet.
  ///   - pushes: how many notifications have no end yet.
  mutating func line(since: Int64, batches: Int, pushes: Int) -> String? {
    guard !isSaid, MonotonicClock.now - since > Self.delay else { return nil }
    isSaid = true
    if batches > 0 {
      return
        "notilua: stopping; plugins still run on what was read, another signal ends it without them"
    }
    guard pushes > 0 else { return nil }
    let count = RunSummary.count(pushes, "push", plural: "pushes")
    return
      "notilua: stopping; \(count) may still be answered within \(StopSignals.patience) seconds, another signal ends it without them"
  }
}
