import Foundation
import Localization
import Testing

struct PluralRulesTests {
  /// The numbers of `cldr.py`, in its order.
  private static let samples: [String] = {
    var samples = (0...10_000).map { String($0) }
    for power in 4..<14 {
      for factor in ["1", "2", "3", "5", "11", "12", "21", "99"] {
        let zeros = String(repeating: "0", count: power)
        samples.append(factor + zeros)
        samples.append(factor + zeros.dropLast() + "1")
        samples.append(factor + zeros.dropLast(2) + "12")
      }
    }
    for whole in ["0", "1", "2", "3", "5", "10", "11", "21", "100", "1000000"] {
      for fraction in [
        "0", "1", "2", "5", "00", "01", "10", "11", "12", "21", "50", "99", "001", "110", "000",
      ] {
        samples.append("\(whole).\(fraction)")
      }
    }
    return samples
  }()

  private static let letters: [PluralCategory: UInt8] = [
    .zero: 0x7A, .one: 0x31, .two: 0x32, .few: 0x66, .many: 0x6D, .other: 0x6F,
  ]

  /// What ICU finds for every locale of CLDR, or where it is older babel, as `cldr.py` wrote it.
  private static let expected: [(locale: String, digest: String)] = {
    guard
      let url = Bundle.module.url(forResource: "plurals", withExtension: "txt", subdirectory: "Resources"),
      let text = try? String(contentsOf: url, encoding: .utf8)
    else { return [] }
    return text.split(separator: "\n").dropFirst().map { line in
      let words = line.split(separator: " ")
      return (String(words[0]), String(words[1]))
    }
  }()

  @Test func everyLocaleIsAsICUHasIt() throws {
    #expect(Self.expected.count > 200)
    #expect(Set(PluralRules.locales) == Set(Self.expected.map(\.locale)))
    let numbers = try Self.samples.map { try #require(PluralOperands($0)) }
    for (locale, digest) in Self.expected {
      let rules = PluralRules(try #require(LanguageTag(locale)))
      var own: UInt64 = 0xCBF2_9CE4_8422_2325
      for number in numbers {
        own = (own ^ UInt64(Self.letters[rules.category(of: number)] ?? 0)) &* 0x100_0000_01B3
      }
      let text = String(own, radix: 16)
      #expect(String(repeating: "0", count: 16 - text.count) + text == digest, "\(locale)")
    }
  }

  @Test(arguments: [
    ("en", "1", PluralCategory.one), ("en", "1.0", .other), ("en", "-1", .one), ("fr", "0", .one),
    ("fr", "1000000", .many),
    ("pt", "0", .one), ("pt-PT", "0", .other), ("pt-BR", "1.5", .one), ("ar", "103", .few),
    ("ru", "1000000000000000000001", .one),
    ("ru", "11", .many), ("pl", "22", .few), ("ja", "1", .other), ("he", "2", .two), ("iw", "2", .two),
    ("xx", "1", .other),
    ("zh-Hant-TW", "1", .other), ("sr-Latn", "2", .few), ("cs", "1.5", .many),
  ])
  func numbersHaveTheirForm(_ locale: String, _ number: String, _ category: PluralCategory) throws {
    let rules = PluralRules(try #require(LanguageTag(locale)))
    #expect(rules.category(of: try #require(PluralOperands(number))) == category)
    #expect(rules.categories.contains(category))
  }

  @Test(arguments: ["", "-", ".5", "5.", "1e5", "x", "1 000", "1,5", "--1"])
  func whatIsNoNumberHasNone(_ text: String) { #expect(PluralOperands(text) == nil) }
}
