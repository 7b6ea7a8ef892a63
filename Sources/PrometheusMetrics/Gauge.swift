/// A number that rises and falls.
package final class Gauge: MetricInstrument {
  package static let kind = MetricKind.gauge
  private let cell = MetricCell()

  /// Sets the number, in what the metric's unit is kept in.
  package func set(_ value: Int64) { cell.set(value) }
  /// Sets the number, in what the metric's unit is kept in.
  package func set(_ value: Int) { cell.set(Int64(value)) }

  package func write(_ series: MetricSeries, to text: inout MetricText) { text.sample(series, cell.value) }
}
