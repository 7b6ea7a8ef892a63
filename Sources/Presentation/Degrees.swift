/// Texts of latitudes and longitudes.
package enum Degrees {
  /// Returns degrees with four digits behind the point: eleven metres.
  package static func text(_ value: Double) -> String {
    let whole = Int((value.magnitude * 10_000).rounded())
    let fraction = String(whole % 10_000)
    let padded = String(repeating: "0", count: 4 - fraction.count) + fraction
    return "\(value < 0 ? "−" : "")\(whole / 10_000).\(padded)°"
  }
}
