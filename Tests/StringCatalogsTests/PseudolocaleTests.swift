import Foundation
import Localization
import StringCatalogs
import Testing

/// Pseudo-texts: their specifiers stay, and each stands in brackets.
struct PseudolocaleTests {
  @Test(arguments: ["Hello %@", "%2$@ of %1$lld%%", "50% off", "%#@files@ left", "", "e\u{301}%", "%.1f"])
  func formatsKeepTheirSpecifiers(_ text: String) {
    let pseudo = Pseudolocale.text(text)
    #expect(FormatString(pseudo).specifiers == FormatString(text).specifiers)
    #expect(pseudo.first == "[" && pseudo.last == "]")
  }

  @Test func aCatalogHasTheLanguage() {
    var catalog = StringCatalog(table: "T", path: "p", sourceLanguage: "en")
    catalog.set(LocalizedText(value: .unit(StringUnit("Open"))), "OPEN", "en")
    catalog.entries.append(StringCatalog.Entry(key: "BRAND"))
    catalog.entries[1].shouldTranslate = false
    Pseudolocale.add(to: &catalog)
    #expect(catalog.entries[0].texts["en-XA"]?.units.map(\.value) == ["[Öþéñ one]"])
    #expect(catalog.entries[1].texts["en-XA"] == nil)
  }

  @Test(arguments: [
    ("Hello %@", "[Ĥéļļö %@ one]"), ("%1$lld of 100%%", "[%1$lld öƒ 100%% one]"), ("", "[]"),
    ("%#@n@", "[%#@n@]"),
    (
      "A sentence that is long enough for more",
      "[Å šéñţéñçé ţĥåţ îš ļöñĝ éñöûĝĥ ƒöŕ ɱöŕé one two three]"
    ),
  ])
  func textsAreAccentedAndLonger(_ format: String, _ expected: String) {
    #expect(Pseudolocale.text(format) == expected)
  }

  @Test func specifiersStay() throws {
    var catalog = try #require(
      try Folder(["A.xcstrings": XCStringsWriterTests.catalog]).read("A.xcstrings").catalogs.first)
    Pseudolocale.add(to: &catalog)
    let lookup = CatalogLookup([catalog], device: "iphone")
    let text = lookup.text(of: "PARTS", table: nil, languages: ["en-XA"], arguments: ["Bo", "2", "1"])
    #expect(text.language == "en-XA")
    #expect(text.problems == [])
    #expect(text.text == "[Bo! 1 ţĥîñĝ öƒ Bo, 2.0 ɱîļéš one]")
    #expect(CatalogCheck.findings(catalog, languages: ["en-XA"]).filter(\.isError) == [])
    #expect(catalog.entries.first { $0.key == "BRAND" }?.texts["en-XA"] == nil)
  }
}
