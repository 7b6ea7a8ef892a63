/// A number that only rises, from 0 at the start of the process.
package final class Counter: MetricInstrument {
  package static let kind = MetricKind.counter
  private let cell = MetricCell()

  /// Adds a number, which is not negative, in what the metric's unit is kept in.
  package func add(_ count: Int = 1) { cell.add(Int64(count)) }

  /// Takes over a total that is counted elsewhere; one that is smaller than before is left out.
  package func raise(to total: Int64) { cell.raise(to: total) }

  package func write(_ series: MetricSeries, to text: inout MetricText) {
    text.sample(series, suffix: Self.kind.suffix, cell.value)
  }
}
