import PluginTools
import Testing

/// Pseudonyms: of the same shape, one for one, and others with another key.
struct PseudonymTests {
  private static let key = [UInt8](repeating: 7, count: 32)

  @Test func textsOfOneShapeNeverShareOne() {
    let originals = (0...9).flatMap { first in
      (0...9).flatMap { second in (0...9).map { "\(first)\(second)\($0)" } }
    }
    #expect(Set(originals.map { Pseudonym(key: Self.key, of: $0).text }).count == originals.count)
    let letters = "abcdefghijklmnopqrstuvwxyz".flatMap { first in "ghijk".map { "\(first)\($0)" } }
    #expect(Set(letters.map { Pseudonym(key: Self.key, of: $0).text }).count == letters.count)
  }

  @Test(arguments: [
    "Ann Lee", "a-1", "ÄÖü", "+49 30 1234567", "Привет", "x@example.com", "", "Zoë O'Brien 12",
  ])
  func theShapeStays(_ original: String) {
    let found = Pseudonym(key: Self.key, of: original).text
    #expect(found.unicodeScalars.count == original.unicodeScalars.count)
    for (old, new) in zip(original.unicodeScalars, found.unicodeScalars) where old.isASCII {
      #expect(new.isASCII)
      #expect(old.properties.isUppercase == new.properties.isUppercase)
      #expect(old.properties.isLowercase == new.properties.isLowercase)
      #expect((old.properties.numericType != nil) == (new.properties.numericType != nil))
    }
  }

  @Test func hexadecimalDigitsStaySo() {
    let found = Pseudonym(
      key: Self.key, of: "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0"
    ).text
    #expect(found.count == 64)
    #expect(found.allSatisfy { $0.isHexDigit && !$0.isUppercase })
  }

  @Test func numbersKeepSignPointAndExponent() {
    for original in ["-12.50", "1e10", "0", "9223372036854775807", "3.25E-4"] {
      let found = Pseudonym(key: Self.key, ofNumber: original).text
      #expect(found.count == original.count)
      #expect(found.first == original.first)
      #expect(Double(found) != nil, "\(found)")
      if let exponent = original.firstIndex(where: { $0 == "e" || $0 == "E" }) {
        #expect(found.hasSuffix(original[exponent...]))
      }
    }
  }

  /// A reader that has 64 bits for the original has them for the pseudonym.
  @Test(arguments: [
    "9223372036854775807", "-9223372036854775808", "18446744073709551615", "9000000000000000000",
    "-1000000000000000000",
  ]) func numbersOf64BitsStayNumbersOf64Bits(_ original: String) {
    for key in UInt8(0)..<100 {
      let found = Pseudonym(key: [key], ofNumber: original).text
      #expect(found.count == original.count && found != original)
      #expect(
        Int64(original) == nil ? UInt64(found) != nil : Int64(found) != nil || UInt64(found) != nil,
        "\(found)")
    }
  }

  @Test func theKeyDecides() {
    let other = [UInt8](repeating: 8, count: 32)
    let original = "the same long text"
    #expect(Pseudonym(key: Self.key, of: original).text == Pseudonym(key: Self.key, of: original).text)
    #expect(Pseudonym(key: Self.key, of: original).text != Pseudonym(key: other, of: original).text)
  }
}
