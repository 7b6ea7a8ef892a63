/// A fact that is known from the start, as a label of a series whose value is 1.
package final class InfoLabel: MetricInstrument {
  package static let kind = MetricKind.info

  package func write(_ series: MetricSeries, to text: inout MetricText) {
    text.sample(series, suffix: Self.kind.suffix, 1)
  }
}
