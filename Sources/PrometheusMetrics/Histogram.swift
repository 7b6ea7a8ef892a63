/// The distribution of durations over fixed bounds.
package final class Histogram: MetricInstrument {
  package static let kind = MetricKind.histogram

  /// Bounds for what takes microseconds to a second, in seconds.
  package static let short = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
  /// Bounds for answers of a server, in seconds.
  package static let answers = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15]
  /// Bounds for what may wait for a network or a credential, in seconds.
  package static let waits = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 3600, 86_400]

  /// The upper bounds in nanoseconds, in order; the last bucket has none.
  private let bounds: [Int64]
  private let labels: [String]
  private let buckets: [MetricCell]
  private let sum = MetricCell()

  /// - Parameter bounds: in seconds, in order.
  init(bounds: [Double]) {
    self.bounds = bounds.map { Int64(($0 * 1e9).rounded()) }
    labels = bounds.map { MetricText.bound($0) } + ["+Inf"]
    buckets = labels.map { _ in MetricCell() }
  }

  /// Counts a duration in nanoseconds; one that is negative, of a clock that was set back, counts as none.
  package func observe(_ nanoseconds: Int64) {
    let duration = max(nanoseconds, 0)
    var index = 0
    while index < bounds.count, duration > bounds[index] { index += 1 }
    buckets[index].add(1)
    sum.add(duration)
  }

  package func write(_ series: MetricSeries, to text: inout MetricText) {
    var count: Int64 = 0
    for (label, bucket) in zip(labels, buckets) {
      count += bucket.value
      text.sample(series, suffix: "_bucket", bound: label, count)
    }
    text.count(series, count)
    text.sample(series, suffix: "_sum", sum.value)
  }
}
