import Foundation
import Localization
import NotificationModel
import Testing

struct LanguageMatcherTests {
  /// What apps are localized in: a dozen of the kinds that real ones have.
  private static let sets: [[String]] = [
    "ar be ca de en en-GB es eu fr it ja ko nb nl pl pt-BR tr uk zh-Hans",
    "ar bg ca cs da de el en en-AU en-GB es es-MX fi fr fr-CA he hi hr hu id it ja ko ms nb nl pl pt-BR pt-PT ro ru sk sv th tr uk vi zh-HK zh-Hans zh-Hant",
    "de en es es-AR fr gd gl ja ku th zh-Hans zh-Hant",
    "de-DE en en-GB en-US fr-CA fr-FR pt-PT sr sr-Latn zh-CN zh-TW",
    "en hi hi-Latn it it-CH it-IT nn no",
    "en-IN en-NZ en-ZA es-419 fr fr-HT ht pt",
    "en-001 en-150 es wuu yue zh-Hant",
    "en zh-CN zh-HK zh-SG zh-TW",
    "ar ars az bs bs-Cyrl en-AU en-CA kk pa pa-Arab uz uz-Cyrl",
    "de-AT de-CH es-CO es-US nb-NO nn-NO pt-AO",
    "bs hr mk sl sr",
    "en",
    "fil he id in iw mo nb no ro sh tl",
  ].map { $0.split(separator: " ").map(String.init) }

  /// The preferences that are answered in another language than by Apple's function, and why.
  ///
  /// This is the list of *Which language answers* in the guide; nothing else may differ.
  private static let purposes: [String: [String]] = [
    // A tag that leaves its script out is read in the script of its region.
    "the region's script": ["pa-PK", "sr-ME", "uz-AF"],
    // A script that is not the usual one of the language falls back to nothing.
    "the script alone": ["pa-Aran", "pa-Aran-PK"],
    // CLDR's names for regions that have another code today: the New Hebrides, Rhodesia.
    "an old region": ["en-NH", "en-RH"],
  ]

  private static let differing = Set(purposes.values.joined())

  @Test(arguments: sets)
  func everyLocaleIsAnsweredAsOnADevice(_ available: [String]) {
    #expect(LanguageJudge.locales.count > 1000)
    let matcher = LanguageMatcher(available: available)
    for locale in LanguageJudge.locales where !Self.differing.contains(locale) {
      let expected = LanguageJudge.languages([locale], available: available)
      #expect(
        matcher.matches([locale]).map(\.name).starts(with: expected),
        "\(locale) of \(available.joined(separator: " "))")
    }
  }

  /// Each exception is one: where Apple's function comes to agree, it leaves the list.
  @Test(arguments: purposes.values.joined())
  func everyExceptionIsOne(_ locale: String) {
    #expect(LanguageJudge.locales.contains(locale))
    #expect(
      Self.sets.contains { available in
        LanguageMatcher(available: available).match([locale])
          != LanguageJudge.languages([locale], available: available).first
      })
  }

  @Test func aHundredThousandListsAreAnsweredAsOnADevice() {
    var generator = RandomSource(seed: 14)
    let locales = LanguageJudge.locales.filter { !Self.differing.contains($0) }
    let matchers = Self.sets.map { LanguageMatcher(available: $0) }
    var differences: [String] = []
    for _ in 0..<100_000 {
      let set = Int.random(in: Self.sets.indices, using: &generator)
      let preferences = (0..<Int.random(in: 2...3, using: &generator)).map { _ in
        locales[Int.random(in: locales.indices, using: &generator)]
      }
      let expected = LanguageJudge.languages(preferences, available: Self.sets[set])
      let found = matchers[set].matches(preferences).map(\.name)
      if !found.starts(with: expected) {
        differences.append("\(preferences) of \(Self.sets[set]): \(expected), not \(found)")
      }
    }
    #expect(differences.count == 0, "\(differences.prefix(10))")
  }

  /// Lists of one language's regions, which chance hardly makes: a later preference may be nearer.
  @Test(arguments: ["ar", "de", "en", "es", "fr", "nb", "pt", "sr", "zh"])
  func listsOfOneLanguageAreAnsweredAsOnADevice(_ language: String) {
    var generator = RandomSource(seed: 15)
    let locales = LanguageJudge.locales.filter {
      ($0 == language || $0.hasPrefix(language + "-")) && !Self.differing.contains($0)
    }
    for _ in 0..<1000 {
      let available = Set((0..<4).map { _ in locales[Int.random(in: locales.indices, using: &generator)] })
        .sorted()
      let preferences = (0..<3).map { _ in locales[Int.random(in: locales.indices, using: &generator)] }
      let expected = LanguageJudge.languages(preferences, available: available)
      let found = LanguageMatcher(available: available).matches(preferences).map(\.name)
      #expect(found.starts(with: expected), "\(preferences) of \(available): \(expected), not \(found)")
    }
  }

  /// A line of the table: preferences, what is available, what is best, where that is known from, and what Apple's
  /// function says where it says something else.
  struct Case: Sendable, CustomTestStringConvertible {
    let preferences: [String]
    let available: [String]
    let expected: String?
    let judged: String?
    let testDescription: String
  }

  static let cases: [Case] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
      path: "Resources/matching.txt")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let parts = line.split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.split(separator: " ").map(String.init) }
      func language(_ part: [String]) -> String? { part == ["-"] ? nil : part.first }
      return Case(
        preferences: parts[0], available: parts[1], expected: language(parts[2]),
        judged: language(parts.count > 4 ? parts[4] : parts[2]), testDescription: String(line))
    }
  }()

  @Test(arguments: cases)
  func theBestLanguageIsChosen(_ example: Case) {
    #expect(LanguageMatcher(available: example.available).match(example.preferences) == example.expected)
    #expect(
      LanguageJudge.languages(example.preferences, available: example.available).first == example.judged)
  }

  @Test func theTableIsLong() { #expect(Self.cases.count >= 400) }

  @Test func whatIsLeftComesBehind() {
    let matcher = LanguageMatcher(available: ["en", "fr", "en-GB", "de", "en-AU"])
    #expect(matcher.matches(["en-IN", "fr-CA", "ja"]).map(\.name) == ["en-GB", "en", "en-AU", "fr"])
    // Brazilian texts are the last that a reader of European Portuguese is given.
    let portuguese = LanguageMatcher(available: ["pt-BR", "es", "fr"])
    #expect(portuguese.matches(["pt-PT", "es", "fr"]).map(\.name) == ["es", "fr", "pt-BR"])
    #expect(portuguese.matches(["pt-PT"]).map(\.name) == ["pt-BR"])
  }
}
