import Foundation
import Localization
import NotificationModel
import Testing

struct LocalizerTests {
  private static let catalog: StringCatalog = {
    var catalog = StringCatalog(table: "Localizable", path: "app", sourceLanguage: "en")
    for (key, language, text) in [
      ("HELLO", "en", "Hello %@"), ("HELLO", "de", "Hallo %@"), ("HELLO", "fr", "Bonjour %@"),
      ("ONLY_EN", "en", "Only"), ("COUNT", "de", "%d"), ("COUNT", "en", "%d"), ("BLANK", "de", ""),
    ] {
      let state = text.isEmpty ? "new" : "translated"
      catalog.set(LocalizedText(value: .unit(StringUnit(text, state: state))), key, language)
    }
    return catalog
  }()

  private func look(_ key: String, _ preferences: [String], _ arguments: [SampleArgument] = []) throws
    -> Sample
  {
    try lookUp(key, [Self.catalog], preferences, arguments)
  }

  @Test func theBestLanguageAnswers() throws {
    #expect(
      try look("HELLO", ["de-AT"], [.text("A")]) == Sample(text: "Hallo A", language: "de", problems: []))
    #expect(try look("HELLO", ["ja", "fr-CA"], [.text("A")]).language == "fr")
    #expect(try look("HELLO", [], [.text("A")]) == Sample(text: "Hello A", language: "en", problems: []))
  }

  @Test func whatIsMissingIsTold() throws {
    #expect(try look("HELLO", ["ja"], [.text("A")]).problems == [.missingLanguage])
    #expect(
      try look("ONLY_EN", ["de", "fr"])
        == Sample(
          text: "Only", language: "en",
          problems: [.missingText(language: "de"), .missingText(language: "fr")]))
    #expect(try look("GONE", ["de"]) == Sample(text: "GONE", language: nil, problems: [.missingKey]))
    // Nobody has written it in German, and in English the key stands for itself.
    #expect(try look("BLANK", ["de"]).text == "BLANK")
    #expect(try look("BLANK", ["de"]).language == "en")
  }

  @Test func numbersAreThoseOfTheReader() throws {
    #expect(try look("COUNT", ["de"], [.integer(1_234_567)]).text == "1.234.567")
    #expect(try look("COUNT", ["de-CH"], [.integer(1_234_567)]).text == "1'234'567")
    #expect(try look("COUNT", ["ja"], [.integer(1_234_567)]).text == "1,234,567")
  }

  /// More lists, and more languages, than are remembered: what is forgotten is worked out again.
  @Test func manyDifferentListsAreAnswered() {
    let available = ["ar", "de", "en", "en-AU", "en-GB", "fr", "pt-BR", "zh-Hans", "zh-Hant"]
    var catalog = StringCatalog(table: "Localizable", path: "app", sourceLanguage: "en")
    for language in available {
      catalog.set(LocalizedText(value: .unit(StringUnit(language))), "KEY", language)
    }
    let localizer = CompiledStrings.Memory([CatalogCompiler.compile(catalog, device: "iphone").catalog])
      .localizer
    let matcher = LanguageMatcher(available: available)
    var generator = RandomSource(seed: 27)
    let letters = Array("abcdefghijklmnoprstuvwxyz")
    var output: [UInt8] = []
    var wrong: [[String]] = []
    for round in 0..<10_000 {
      let list = (0..<3).map { _ in
        round.isMultiple(of: 2)
          ? LanguageJudge.locales[Int.random(in: LanguageJudge.locales.indices, using: &generator)]
          : String((0..<2).map { _ in letters[Int.random(in: letters.indices, using: &generator)] })
            + "-\(round % 1000 + 100)"
      }
      output.removeAll(keepingCapacity: true)
      let answer = Array("KEY".utf8).withUnsafeBytes { key in
        Array("Localizable".utf8).withUnsafeBytes { table in
          localizer.localize(
            key, catalogs: [0], table: table, preferences: localizer.preferences(list),
            arguments: UnsafeBufferPointer(start: nil, count: 0), to: &output)
        }
      }
      let expected = matcher.match(list)
      if answer.language != expected ?? "en" || answer.problems != (expected == nil ? [.missingLanguage] : [])
      {
        wrong.append(list)
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(5))")
  }

  @Test func theFirstCatalogWithTheKeyAnswers() throws {
    var own = StringCatalog(table: "Localizable", path: "own", sourceLanguage: "en")
    own.set(LocalizedText(value: .unit(StringUnit("Mine"))), "HELLO", "en")
    var other = StringCatalog(table: "Other", path: "other", sourceLanguage: "en")
    other.set(LocalizedText(value: .unit(StringUnit("Else"))), "HELLO", "en")
    #expect(try lookUp("HELLO", [other, own, Self.catalog], ["de"]).text == "Mine")
    #expect(try lookUp("COUNT", [other, own, Self.catalog], ["de"], [.integer(1)]).text == "1")
    #expect(try lookUp("HELLO", [own, other], ["de"], table: "Other").text == "Else")
    #expect(
      try lookUp("HELLO", [own], ["de"], table: "Gone").problems
        == [.missingTable("Gone", others: ["Localizable"])])
  }

  @Test func keysAreBytes() throws {
    var catalog = StringCatalog(table: "Localizable", path: "app", sourceLanguage: "en")
    for index in 0..<5000 {
      catalog.set(LocalizedText(value: .unit(StringUnit("text \(index)"))), "key \(index)", "en")
    }
    for index in stride(from: 0, to: 5000, by: 500) {
      #expect(try lookUp("key \(index)", [catalog], ["en"]).text == "text \(index)")
    }
    #expect(try lookUp("key", [catalog], ["en"]).problems == [.missingKey])
    #expect(try lookUp("", [catalog], ["en"]).problems == [.missingKey])
  }
}
