/// A number that should be a share of 0 to 1 and seems to be a percentage.
package struct MistakenPercentage {
  /// The number as people write it.
  private let number: String

  /// Makes the mistake of a value; nil where it may be meant as it is, as a little more than 1 may.
  package init?(_ value: Double) {
    guard value >= 2, value.isFinite else { return nil }
    number = value.rounded() == value && value < 1e6 ? String(Int(value)) : String(value)
  }

  /// The problem, and what to write.
  package var message: String { "\(number) is more than 1 and counts as 1; \(advice)" }

  /// The things to write.
  package var advice: String { "a share is 0 to 1, so write \(number) / 100" }
}
