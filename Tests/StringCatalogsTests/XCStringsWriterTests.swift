import Foundation
import Localization
import StringCatalogs
import Testing

/// What is written in another format says the same.
struct XCStringsWriterTests {
  static let catalog = #"""
    {"sourceLanguage":"en","version":"1.1","custom":[1],"strings":{
    "PLAIN":{"comment":"about */ it","localizations":{"en":{"stringUnit":{"state":"translated","value":"a \"b\" \\ 100% <&>\n\té"}},
      "de":{"stringUnit":{"state":"needs_review","value":"ä"}}}},
    "Key %@":{},
    "SECOND %@ %lld":{"localizations":{"en":{"variations":{"plural":{
      "one":{"stringUnit":{"state":"translated","value":"%@: %lld file at 5%%"}},
      "other":{"stringUnit":{"state":"translated","value":"%@: %lld files at 5%%"}}}}},
      "pl":{"variations":{"plural":{"few":{"stringUnit":{"value":"%2$lld pliki, %1$@"}},
      "other":{"stringUnit":{"value":"%2$lld pliku, %1$@"}}}}}}},
    "FIRST":{"localizations":{"en":{"variations":{"plural":{"one":{"stringUnit":{"value":"%lld by %@"}},
      "other":{"stringUnit":{"value":"%lld all by %@"}}}}}}},
    "PARTS":{"localizations":{"en":{"stringUnit":{"value":"%@! %#@a@, %#@b@"},"substitutions":{
      "a":{"argNum":3,"formatSpecifier":"lld","variations":{"plural":{"one":{"stringUnit":{"value":"%arg thing of %1$@"}},
        "other":{"stringUnit":{"value":"%arg things"}}}}},
      "b":{"argNum":2,"formatSpecifier":".1f","variations":{"plural":{"other":{"stringUnit":{"value":"%arg miles"}}}}}}}}},
    "DEVICE":{"localizations":{"en":{"variations":{"device":{"mac":{"stringUnit":{"value":"Click %d"}},
      "iphone":{"variations":{"plural":{"one":{"stringUnit":{"value":"%d tap"}},"other":{"stringUnit":{"value":"%d taps"}}}}},
      "other":{"stringUnit":{"value":"Press"}}}}}}},
    "BRAND":{"shouldTranslate":false,"extractionState":"manual"}}}
    """#

  private static let languages = ["en", "de", "pl"]

  private func lines(_ catalogs: [StringCatalog]) -> [String] {
    let keys = Set(catalogs.flatMap { $0.entries.map(\.key) }).sorted()
    return ["iphone", "mac"].flatMap { device in
      let lookup = CatalogLookup(catalogs, device: device)
      return keys.flatMap { key in
        Self.languages.flatMap { language in
          [["1", "1", "1"], ["Ann", "2.5", "5"], ["3", "1", "7"]].map { arguments in
            let found = lookup.text(of: key, table: nil, languages: [language], arguments: arguments)
            return "\(key) \(language) \(device) \(arguments): \(found.text) \(found.language ?? "-")"
          }
        }
      }
    }
  }

  private func read(_ folder: Folder, _ name: String = "A.xcstrings") throws -> StringCatalog {
    try #require(try folder.read(name).catalogs.first)
  }

  @Test func aCatalogThatIsWrittenAnewIsTheSame() throws {
    let folder = try Folder(["A.xcstrings": Self.catalog])
    let catalog = try read(folder)
    try folder.write("A.xcstrings", Data(XCStringsWriter.text(catalog).utf8))
    let again = try read(folder)
    #expect(again.unknown == catalog.unknown)
    #expect(again.entries.map(\.key) == catalog.entries.map(\.key))
    #expect(lines([again]) == lines([catalog]))
    // And the text of it stays as it is.
    #expect(XCStringsWriter.text(again) == XCStringsWriter.text(catalog))
  }

  @Test func formsByDeviceKeepTheirOwnVariables() throws {
    let text = #"""
      {"sourceLanguage":"en","version":"1.0","strings":{"DEV":{"localizations":{"en":{"variations":{"device":{
      "iphone":{"variations":{"plural":{"one":{"stringUnit":{"value":"%d tap"}},"other":{"stringUnit":{"value":"%d taps"}}}}},
      "other":{"variations":{"plural":{"one":{"stringUnit":{"value":"%d click"}},"other":{"stringUnit":{"value":"%d clicks"}}}}}
      }}}}}}}
      """#
    let folder = try Folder(["A.xcstrings": text])
    let catalog = try read(folder)
    for (name, text) in LprojWriter(catalog).files { try folder.write("out/" + name, Data(text.utf8)) }
    let back = try folder.read("out")
    #expect(back.warnings == [])
    for (device, expected) in [("iphone", "1 tap"), ("mac", "1 click")] {
      let lookup = CatalogLookup(back.catalogs, device: device)
      #expect(lookup.text(of: "DEV", table: nil, languages: ["en"], arguments: ["1"]).text == expected)
    }
  }

  @Test func formsStandAloneOnlyWhereTheSameNumberChooses() throws {
    let forms = TextVariation.plural([
      .one: .unit(StringUnit("one thing by %2$lld people")),
      .other: .unit(StringUnit("things by %2$lld people")),
    ])
    let text = LocalizedText(
      value: .unit(StringUnit("%#@n@")),
      substitutions: ["n": .init(argument: 1, specifier: "lld", value: forms)])
    #expect(text.simplified == text)
  }

  @Test func whatXcodeAddsLaterIsKeptInEveryPlace() throws {
    let folder = try Folder([
      "A.xcstrings": #"""
      {"sourceLanguage":"en","version":"1.1","new1":1,"strings":{"K":{"new2":2,"localizations":{"en":{"new3":3,
      "stringUnit":{"state":"translated","value":"a","new4":4}}}}}}
      """#
    ])
    let written = XCStringsWriter.text(try read(folder))
    for number in 1...4 { #expect(written.contains("\"new\(number)\" : \(number)")) }
  }

  @Test func marksThatCombineWithASignAreNoEscape() throws {
    var catalog = StringCatalog(table: "A", path: "a", sourceLanguage: "en")
    let value = "say \"\u{200C}x\" 5%\u{301} \\\u{301}"
    catalog.set(LocalizedText(value: .unit(StringUnit(value))), "K\"\u{301}", "en", comment: "*/\u{200C}")
    let folder = try Folder()
    for (name, text) in LprojWriter(catalog).files { try folder.write("out/" + name, Data(text.utf8)) }
    let back = try folder.read("out").catalogs[0]
    #expect(back.entries.map(\.key) == ["K\"\u{301}"])
    #expect(back.entries[0].texts["en"]?.value == .unit(StringUnit(value)))
    #expect("5%\u{301}".doubledPercents == "5%%\u{301}")
  }

  @Test func theNotationIsXcodes() throws {
    var catalog = StringCatalog(table: "A", path: "a", sourceLanguage: "en")
    catalog.set(LocalizedText(value: .unit(StringUnit("x/y"))), "K", "en")
    catalog.entries.append(.init(key: "BARE"))
    #expect(
      XCStringsWriter.text(catalog) == """
        {
          "sourceLanguage" : "en",
          "strings" : {
            "K" : {
              "localizations" : {
                "en" : {
                  "stringUnit" : {
                    "state" : "translated",
                    "value" : "x/y"
                  }
                }
              }
            },
            "BARE" : {

            }
          },
          "version" : "1.0"
        }
        """)
  }

  @Test func foldersSayTheSame() throws {
    let folder = try Folder(["A.xcstrings": Self.catalog])
    let catalog = try read(folder)
    let writer = LprojWriter(catalog)
    #expect(
      writer.files.keys.sorted() == [
        "de.lproj/A.strings", "en.lproj/A.strings", "en.lproj/A.stringsdict", "pl.lproj/A.stringsdict",
      ])
    for (name, text) in writer.files { try folder.write("out/" + name, Data(text.utf8)) }
    let back = try folder.read("out")
    #expect(back.warnings == [])
    #expect(lines(back.catalogs) == lines([catalog]))
    #expect(
      writer.losses.map(\.message) == [
        "1 text has a state, which .strings and .stringsdict have no place for",
        "1 text has an extraction state, which .strings and .stringsdict have no place for",
        "1 text has a mark that nobody need translate it, which .strings and .stringsdict have no place for",
      ])
    // Foundation reads the forms, too.
    let dictionary = try #require(writer.files["en.lproj/A.stringsdict"])
    #expect(throws: Never.self) {
      _ = try PropertyListSerialization.propertyList(from: Data(dictionary.utf8), format: nil)
    }
  }

  @Test func foldersBecomeACatalog() throws {
    let folder = try Folder(["A.xcstrings": Self.catalog])
    for (name, text) in LprojWriter(try read(folder)).files {
      try folder.write("out/" + name, Data(text.utf8))
    }
    let folders = try folder.read("out").catalogs
    try folder.write("B.xcstrings", Data(XCStringsWriter.text(folders[0]).utf8))
    #expect(lines([try read(folder, "B.xcstrings")]) == lines(folders))
  }

  @Test func importedTextsTakeThePlaceOfOthers() throws {
    let folder = try Folder(["A.xcstrings": Self.catalog])
    var catalog = try read(folder)
    for (name, text) in LprojWriter(catalog).files { try folder.write("out/" + name, Data(text.utf8)) }
    try folder.write(
      "out/de.lproj/A.strings", Data("PLAIN = neu; \"Key %@\" = \"Schlüssel %@\"; MORE = mehr;".utf8))
    let taken = catalog.take(try folder.read("out").catalogs[0])
    #expect(
      taken == [
        .init(key: "PLAIN", language: "de", isNew: false), .init(key: "Key %@", language: "de", isNew: true),
        .init(key: "MORE", language: "de", isNew: true),
      ])
    let texts = Dictionary(
      uniqueKeysWithValues: catalog.entries.map { ($0.key, $0.texts["de"]?.value.units.first?.value) })
    #expect(texts["PLAIN"] == "neu")
    #expect(texts["Key %@"] == "Schlüssel %@")
    #expect(texts["MORE"] == "mehr")
    #expect(catalog.unknown.map(\.name) == ["custom"])
    // The same once more changes nothing.
    #expect(catalog.take(try folder.read("out").catalogs[0]) == [])
  }
}
