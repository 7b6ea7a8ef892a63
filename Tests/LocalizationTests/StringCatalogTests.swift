import Localization
import Testing

/// Texts put into a catalog and taken over from another.
struct StringCatalogTests {
  private static func catalog(_ texts: [(key: String, language: String, text: String)]) -> StringCatalog {
    var catalog = StringCatalog(table: "Localizable", path: "p", sourceLanguage: "en")
    for text in texts {
      catalog.set(LocalizedText(value: .unit(StringUnit(text.text))), text.key, text.language)
    }
    return catalog
  }

  @Test func aKeyHasOneEntryAndTheLastText() {
    let catalog = Self.catalog([("A", "en", "a"), ("B", "de", "b"), ("A", "en", "c")])
    #expect(catalog.entries.map(\.key) == ["A", "B"])
    #expect(catalog.entries[0].text(in: "en", source: "en")?.units.map(\.value) == ["c"])
    #expect(catalog.languages == ["de", "en"])
  }

  /// To Swift, both keys are equal; to a device they are two.
  @Test func keysAreComparedByBytes() {
    #expect(Self.catalog([("\u{E9}", "en", "a"), ("e\u{301}", "en", "b")]).entries.count == 2)
  }

  @Test func aKeyWithoutTextStandsForItselfInTheSourceLanguage() {
    let entry = Self.catalog([("Hello", "de", "Hallo")]).entries[0]
    #expect(entry.text(in: "en", source: "en")?.units.map(\.value) == ["Hello"])
    #expect(entry.text(in: "fr", source: "en") == nil)
  }

  @Test func onlyWhatSaysSomethingElseIsTaken() {
    var own = Self.catalog([("A", "de", "a"), ("B", "de", "b")])
    let other = Self.catalog([("A", "de", "a"), ("B", "de", "c"), ("C", "de", "d"), ("A", "en", "A")])
    let taken = own.take(other) { $0 }
    #expect(taken.map(\.key) == ["B", "C"])
    #expect(taken.map(\.isNew) == [false, true])
    #expect(own.take(other) { $0 } == [])
  }
}
