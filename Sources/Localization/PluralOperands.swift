/// The parts of a shown number that plural rules look at: UTS 35 part 3, Plural Operand Meanings.
///
/// `1`, `1.0` and `1.5` differ to a rule, so that a number is made of its digits and not of its value.
package struct PluralOperands: Sendable, Equatable {
  /// The integer digits; of a number with more than 18 of them the last 18, and 10^18, which every rule takes alike.
  package let integer: UInt64
  /// The number of fraction digits that are shown.
  package let fractionCount: Int
  /// The fraction digits as a number, of which the first 18 count.
  package let fraction: UInt64
  /// The same without zeros at the end.
  package let significantFraction: UInt64

  /// Creates the operands of a whole number.
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
  package init?(_ text: String) {
    var text = text
    guard let operands = text.withUTF8({ Self(digits: UnsafeRawBufferPointer($0)) }) else { return nil }
    self = operands
  }

  /// The same for the bytes of a text.
  package init?(digits bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    if rest.first == 0x2D || rest.first == 0x2B { rest = rest.dropFirst() }
    let point = rest.firstIndex(of: 0x2E) ?? rest.endIndex
    let whole = rest[..<point]
    let fraction = rest[point...].dropFirst()
    guard !whole.isEmpty, point == rest.endIndex || !fraction.isEmpty, Self.areDigits(whole),
      Self.areDigits(fraction)
    else { return nil }
    let significant = whole.drop { $0 == 0x30 }
    let isLong = significant.count > 18
    self.init(
      integer: Self.number(significant.suffix(18)) + (isLong ? 1_000_000_000_000_000_000 : 0),
      fractionCount: fraction.count, fraction: Self.number(fraction.prefix(18)))
  }

  private static func areDigits(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
    bytes.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt64 {
    digits.reduce(0) { $0 * 10 + UInt64($1 - 0x30) }
  }

  /// A Boolean value that indicates whether it is nothing, however it is written.
  package var isZero: Bool { integer == 0 && fraction == 0 }
}
