/// An instrument, by which a part of the program writes one series of a metric.
///
/// Any thread may use it at any time, and it neither allocates nor waits.
package protocol MetricInstrument: AnyObject, Sendable {
  /// The type of its metric.
  static var kind: MetricKind { get }
  /// Writes its samples.
  func write(_ series: MetricSeries, to text: inout MetricText)
}

/// The type of a metric, as the text forms name it.
package enum MetricKind: String, Sendable {
  case counter, gauge, histogram, summary, info

  /// The suffix that the whole name of a metric has by its type.
  var suffix: String {
    switch self {
    case .counter: "_total"
    case .info: "_info"
    case .gauge, .histogram, .summary: ""
    }
  }
}
