/// A number that rises and falls.
package final class Gauge: MetricInstrument {
  package static let kind = MetricKind.gauge
  private let cell = MetricCell()

  package func set(_ value: Int64) { cell.set(value) }
  package func set(_ value: Int) { cell.set(Int64(value)) }

  package func write(_ series: MetricSeries, to text: inout MetricText) { text.sample(series, cell.value) }
}
