/// The instruments of a metric with labels, one for each row of them.
package struct MetricSet<Key: Hashable & Sendable, Instrument: MetricInstrument>: Sendable {
  private let instruments: [Key: Instrument]
  private let other: Key?

  init(_ labels: MetricLabels<Key>, _ instruments: [Instrument]) {
    self.instruments = Dictionary(zip(labels.rows.map(\.key), instruments)) { first, _ in first }
    other = labels.other
  }

  /// The instrument of a key, or of what stands for those that are not known; nil where nothing does.
  package subscript(key: Key) -> Instrument? { instruments[key] ?? other.flatMap { instruments[$0] } }

  /// The instrument of two labels.
  package subscript<First, Second>(_ first: First, _ second: Second) -> Instrument?
  where Key == MetricPair<First, Second> { self[MetricPair(first: first, second: second)] }
}
