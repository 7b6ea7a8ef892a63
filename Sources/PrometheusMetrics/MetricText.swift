/// The text that Prometheus reads: its text format 0.0.4, or OpenMetrics 1.0.
package struct MetricText {
  /// The form of the text.
  package enum Form: Sendable, CaseIterable {
    case prometheus
    case openMetrics

    /// The type for the header `content-type`.
    package var contentType: String {
      switch self {
      case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
      case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
      }
    }
  }

  private let form: Form
  private(set) var text = ""

  init(_ form: Form) { self.form = form }

  // MARK: Families

  /// Begins a metric.
  mutating func begin(_ family: MetricFamily) {
    let name = form == .openMetrics ? family.name : family.name + family.kind.suffix
    text += "# HELP \(name) \(help(family.help))\n# TYPE \(name) \(kind(family.kind))\n"
    if form == .openMetrics, let unit = family.unit.word { text += "# UNIT \(name) \(unit)\n" }
  }

  /// The older form has no type for information.
  private func kind(_ kind: MetricKind) -> String {
    form == .prometheus && kind == .info ? MetricKind.gauge.rawValue : kind.rawValue
  }

  /// The older form keeps quotation marks as they are.
  private func help(_ help: String) -> String {
    form == .openMetrics ? Self.escaped(help) : Self.escaped(help, quotes: false)
  }

  /// Ends the text.
  mutating func end() { if form == .openMetrics { text += "# EOF\n" } }

  // MARK: Samples

  /// Writes a sample in the series' unit.
  mutating func sample(_ series: MetricSeries, suffix: String = "", _ number: Int64) {
    line(series.name, suffix, series.labels, series.unit.text(number))
  }

  /// Writes a sample of what never ends.
  mutating func endless(_ series: MetricSeries) { line(series.name, "", series.labels, "+Inf") }

  /// Writes a bucket of a histogram.
  mutating func sample(_ series: MetricSeries, suffix: String, bound: String, _ number: Int64) {
    let labels = (series.labels.isEmpty ? "" : series.labels + ",") + "le=\"\(bound)\""
    line(series.name, suffix, labels, String(number))
  }

  /// Writes how many durations there are.
  mutating func count(_ series: MetricSeries, _ number: Int64) {
    line(series.name, "_count", series.labels, String(number))
  }

  private mutating func line(_ name: String, _ suffix: String, _ labels: String, _ value: String) {
    text += name
    text += suffix
    if !labels.isEmpty { text += "{\(labels)}" }
    text += " \(value)\n"
  }

  // MARK: Texts

  /// Returns labels as they stand between braces.
  static func labels(_ names: [String], _ values: [String]) -> String {
    zip(names, values).map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",")
  }

  /// Escapes a text as both forms do: backslash, newline and, unless it stands alone, quotation mark.
  private static func escaped(_ text: String, quotes: Bool = true) -> String {
    var escaped = ""
    // By Unicode scalars: a carriage return and a newline are one character.
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// Returns a number as both forms read it; a whole one has no fraction.
  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }

  /// Returns a bound of a bucket; OpenMetrics wants a fraction in it.
  static func bound(_ value: Double) -> String { String(value) }
}
