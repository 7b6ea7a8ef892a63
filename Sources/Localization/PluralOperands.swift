/// What plural rules look at in a number as it is shown: UTS 35 part 3, Plural Operand Meanings.
///
/// `1`, `1.0` and `1.5` differ to a rule, so that a number is made of its digits and not of its value.
package struct PluralOperands: Sendable, Equatable {
  /// The integer digits; of a number with more than 18 of them the last 18, and 10^18, which every rule takes alike.
  let integer: UInt64
  /// How many fraction digits are shown.
  let fractionCount: Int
  /// The fraction digits as a number, of which the first 18 count.
  let fraction: UInt64
  /// The same without zeros at the end.
  let significantFraction: UInt64

  package init(_ number: Int64) {
    self.init(integer: number.magnitude, fractionCount: 0, fraction: 0)
  }

  private init(integer: UInt64, fractionCount: Int, fraction: UInt64) {
    self.integer = integer
    self.fractionCount = fractionCount
    self.fraction = fraction
    var significant = fraction
    while significant > 0, significant.isMultiple(of: 10) { significant /= 10 }
    significantFraction = significant
  }

  /// Reads digits with a sign before them and a fraction behind them; nil for anything else.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    let unsigned = bytes.first == 0x2D || bytes.first == 0x2B ? bytes.dropFirst() : bytes[...]
    let parts = unsigned.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? parts[1] : []
    guard let whole = parts.first, !whole.isEmpty, parts.count == 1 || !fraction.isEmpty,
      (whole + fraction).allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    func number(_ digits: some Sequence<UInt8>) -> UInt64 { digits.reduce(0) { $0 * 10 + UInt64($1 - 0x30) } }
    let significant = whole.drop { $0 == 0x30 }
    let isLong = significant.count > 18
    self.init(
      integer: number(significant.suffix(18)) + (isLong ? 1_000_000_000_000_000_000 : 0),
      fractionCount: fraction.count, fraction: number(fraction.prefix(18)))
  }
}
