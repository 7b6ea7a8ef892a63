/// A part of a number of things, which every report shows with the same digits.
///
/// Rounded down: a part is never shown as the whole, nor as a threshold that it does not reach.
package struct Share: Sendable, Equatable {
  private let part: Int
  private let whole: Int

  /// - Parameter whole: the number of all; of nothing every part is the whole.
  package init(_ part: Int, of whole: Int) {
    self.part = whole == 0 ? 1 : part
    self.whole = whole == 0 ? 1 : whole
  }

  /// The share in per cent, to its last digit.
  package var percent: Double { Double(part * 100) / Double(whole) }

  /// The share in per cent with one digit behind the point, as `62.6 %`.
  package var text: String { Self.decimal(part * 1000 / whole, digits: 1) + " %" }

  /// The share as a number of 0 to 1 with four digits behind the point.
  var rate: String { Self.decimal(part * 10_000 / whole, digits: 4) }

  /// Text of a number that counts the last of `digits` behind the point.
  private static func decimal(_ number: Int, digits: Int) -> String {
    let text = String(number)
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    return "\(padded.dropLast(digits)).\(padded.suffix(digits))"
  }
}
