/// The base unit of a metric, and the whole numbers that an instrument keeps of it.
package enum MetricUnit: Sendable {
  /// A number of things, kept as it is.
  case count
  /// Seconds, kept in nanoseconds.
  case seconds
  /// Bytes, kept as they are.
  case bytes

  /// The word that names of metrics end with, and that `# UNIT` has; nil for a number of things.
  var word: String? {
    switch self {
    case .count: nil
    case .seconds: "seconds"
    case .bytes: "bytes"
    }
  }

  /// Returns a number as the text forms have it.
  func text(_ number: Int64) -> String {
    self == .seconds ? MetricText.number(Double(number) / 1e9) : String(number)
  }
}
