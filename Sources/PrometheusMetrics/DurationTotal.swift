/// The number of durations and their sum, from which their mean follows: a summary without quantiles.
package final class DurationTotal: MetricInstrument {
  package static let kind = MetricKind.summary
  private let number = MetricCell()
  private let sum = MetricCell()

  /// Takes over totals that are counted elsewhere.
  package func raise(to number: Int64, nanoseconds: Int64) {
    self.number.raise(to: number)
    sum.raise(to: nanoseconds)
  }

  package func write(_ series: MetricSeries, to text: inout MetricText) {
    text.count(series, number.value)
    text.sample(series, suffix: "_sum", sum.value)
  }
}
