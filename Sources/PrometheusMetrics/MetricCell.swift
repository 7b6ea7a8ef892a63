import Synchronization

/// A number of a metric, which any thread may change and read.
///
/// Relaxed: a number says nothing of any other memory.
final class MetricCell: Sendable {
  private let number = Atomic<Int64>(0)

  var value: Int64 { number.load(ordering: .relaxed) }

  func add(_ count: Int64) { number.wrappingAdd(count, ordering: .relaxed) }

  func set(_ value: Int64) { number.store(value, ordering: .relaxed) }

  /// Sets the number where that is more than it was.
  func raise(to value: Int64) { _ = number.max(value, ordering: .relaxed) }
}
