/// What is known of the program from its start, as labels of a series whose value is 1.
package final class InfoLabel: MetricInstrument {
  package static let kind = MetricKind.info

  package func write(_ series: MetricSeries, to text: inout MetricText) {
    text.sample(series, suffix: Self.kind.suffix, 1)
  }
}
