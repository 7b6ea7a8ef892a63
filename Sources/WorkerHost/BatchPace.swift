/// The number of lines of a batch, so that it is done in a few milliseconds.
///
/// A batch's results come together: where plugins are slow, a long batch would hold back the results of its first
/// lines, keep the other workers without work, and make a stop wait. Where they are fast, short batches cost system
/// calls. So the number begins with one and follows what batches took.
package struct BatchPace {
  /// A batch that took less makes the next one twice as long, in nanoseconds.
  private static let short: Int64 = 5_000_000
  /// One that took more makes the next one shorter.
  private static let long: Int64 = 20_000_000

  private let limit: Int
  /// The most lines of the next batch.
  package private(set) var items = 1

  package init(limit: Int) { self.limit = limit }

  /// Learns of a batch of `count` lines that took so many nanoseconds.
  package mutating func note(_ count: Int, took time: Int64) {
    if time > Self.long {
      items = max(1, min(items, count * Int(Self.long / 2) / Int(time)))
    } else if time < Self.short, count >= items {
      // Only a full batch says that a longer one would be as short.
      items = min(limit, items * 2)
    }
  }
}
