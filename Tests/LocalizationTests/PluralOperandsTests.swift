import Localization
import Testing

/// The operands of UTS 35 part 3, table "Plural Operand Examples", and digits that are none.
struct PluralOperandsTests {
  @Test(
    arguments: [
      ("1", 1, 0, 0, 0), ("1.0", 1, 1, 0, 0), ("1.00", 1, 2, 0, 0), ("1.3", 1, 1, 3, 3),
      ("1.30", 1, 2, 30, 3), ("1.03", 1, 2, 3, 3),
      ("1.230", 1, 3, 230, 23), ("1200000", 1_200_000, 0, 0, 0), ("-5", 5, 0, 0, 0), ("+0.50", 0, 2, 50, 5),
      ("007", 7, 0, 0, 0),
    ] as [(String, UInt64, Int, UInt64, UInt64)])
  func operandsAreThoseOfTheTable(_ text: String, _ i: UInt64, _ v: Int, _ f: UInt64, _ t: UInt64) throws {
    let found = try #require(PluralOperands(text))
    #expect((found.integer, found.fractionCount, found.fraction, found.significantFraction) == (i, v, f, t))
  }

  @Test(arguments: [
    "", "-", ".", "1.", ".5", "1,5", "1e3", "0x1", " 1", "1 ", "--1", "1.2.3", "\u{FF11}", "inf",
  ])
  func otherTextIsNone(_ text: String) { #expect(PluralOperands(text) == nil) }

  /// All that rules ask of large numbers are remainders of small powers of ten.
  @Test func longNumbersKeepTheirLastDigits() throws {
    let long = try #require(PluralOperands("12345678901234567890123456789"))
    #expect(long.integer % 1_000_000 == 456_789)
    #expect(long.integer > 1_000_000)
    #expect(PluralOperands(Int64.min).integer == 9_223_372_036_854_775_808)
    #expect(try #require(PluralOperands("0.00")).isZero)
    #expect(!(try #require(PluralOperands("0.01")).isZero))
  }
}
