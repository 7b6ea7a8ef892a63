/// A metric: its name, what it means, and its series.
struct MetricFamily: Sendable {
  let kind: MetricKind
  /// The name without the suffix of its type, which samples have.
  let name: String
  let help: String
  let unit: MetricUnit
  let labels: [String]
  private(set) var rows: [(values: [String], instrument: any MetricInstrument)]

  /// - Parameter name: the name as users write it, with the suffix of its type.
  init(
    _ kind: MetricKind, _ name: String, _ help: String, _ unit: MetricUnit, labels: [String],
    rows: [(values: [String], instrument: any MetricInstrument)]
  ) {
    precondition(name.hasSuffix(kind.suffix), "\(name) has to end with \(kind.suffix)")
    let base = String(name.dropLast(kind.suffix.count))
    precondition(unit.word.map { base.hasSuffix("_\($0)") } ?? true, "\(name) is in \(unit)")
    precondition(base.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil, "\(name) is no name of a metric")
    precondition(labels.allSatisfy { $0.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil }, "\(name): \(labels)")
    precondition(Set(rows.map(\.values)).count == rows.count, "\(name) has a series twice")
    self.name = base
    (self.kind, self.help, self.unit, self.labels, self.rows) = (kind, help, unit, labels, rows)
  }

  /// Adds the rows that the metric does not have; returns the instruments in force of all of them.
  mutating func add(_ others: [(values: [String], instrument: any MetricInstrument)])
    -> [any MetricInstrument]
  {
    others.map { row in
      if let known = rows.first(where: { $0.values == row.values }) { return known.instrument }
      rows.append(row)
      return row.instrument
    }
  }

  func write(to text: inout MetricText) {
    text.begin(self)
    for row in rows {
      let series = MetricSeries(name: name, labels: MetricText.labels(labels, row.values), unit: unit)
      row.instrument.write(series, to: &text)
    }
  }
}

/// One series of a metric while it is written.
package struct MetricSeries {
  let name: String
  /// The labels as they stand in the text, without braces.
  let labels: String
  let unit: MetricUnit
}
