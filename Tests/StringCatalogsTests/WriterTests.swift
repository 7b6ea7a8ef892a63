import Foundation
import Localization
import StringCatalogs
import Testing

/// What is written in another format says the same.
struct WriterTests {
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

struct PseudolocaleTests {
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
      try Folder(["A.xcstrings": WriterTests.catalog]).read("A.xcstrings").catalogs.first)
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

struct CatalogCheckTests {
  private func findings(_ strings: String, _ languages: [String]? = nil) throws -> [String] {
    let text = #"{"sourceLanguage":"en","version":"1.0","strings":{\#(strings)}}"#
    let catalog = try #require(try Folder(["A.xcstrings": text]).read("A.xcstrings").catalogs.first)
    return CatalogCheck.findings(catalog, languages: languages).map {
      ($0.isError ? "error: " : "warning: ") + $0.message
    }
  }

  private static func unit(_ text: String, _ state: String = "translated") -> String {
    #"{"stringUnit":{"state":"\#(state)","value":"\#(text)"}}"#
  }

  @Test(arguments: [
    (#""K":{"localizations":{"en":\#(unit("a %@")),"de":\#(unit("b %@"))}}"#, []),
    (
      #""K":{"localizations":{"en":\#(unit("a"))}}, "L":{"localizations":{"de":\#(unit("b"))}}"#,
      ["warning: no text in de; translate it"]
    ),
    (#""K":{"shouldTranslate":false}, "L":{"localizations":{"de":\#(unit("b"))}}"#, []),
    (
      #""K":{"localizations":{"de":\#(unit("b", "needs_review"))}}"#,
      ["warning: the state in de is 'needs_review'; have it looked at"]
    ),
    (
      #""K":{"extractionState":"stale"}"#,
      ["warning: Xcode no longer finds it in the sources (stale); take it out, or mark it as manual"]
    ),
    (
      #""K":{"localizations":{"en":\#(unit("%@ %lld")),"de":\#(unit("%@"))}}"#,
      ["warning: compared with en, de leaves out argument 2; add it if it is needed"]
    ),
    (
      #""K":{"localizations":{"en":\#(unit("%@")),"de":\#(unit("%@ %3$@"))}}"#,
      [
        "error: compared with en, de adds argument 3; make the specifiers agree, with places such as %2$@ where the order differs"
      ]
    ),
    // One cause is one finding, whatever it does to the arguments, with the languages that have it.
    (
      #""K":{"localizations":{"en":\#(unit("%@ %lld")),"de":\#(unit("%lld %3$@")),"nl":\#(unit("%lld %3$@")),"fr":\#(unit("%@"))}}"#,
      [
        "error: compared with en, de and nl write argument 1 as a whole number, add argument 3 and leave out argument 2; make the specifiers agree, with places such as %2$@ where the order differs",
        "warning: compared with en, fr leaves out argument 2; add it if it is needed",
      ]
    ),
    // The key has the argument, so that it is given.
    (
      #""fav %lld":{"localizations":{"en":\#(unit("starred")),"de":\#(unit("%lld favorisiert"))}}"#, []
    ),
    // What chooses among forms is given, shown or not.
    (
      #""K":{"localizations":{"en":{"variations":{"plural":{"one":\#(unit("A fan")),"other":\#(unit("Fans"))}}},"de":\#(unit("%lld Fans"))}}"#,
      []
    ),
    // The source text is missing, and no other is wrong.
    (
      #""K":{"localizations":{"de":\#(unit("%1$@ %2$@")),"fr":\#(unit("%2$@ %1$@"))}}"#,
      [
        "warning: no text in en, the source language; the key stands in, without the arguments of de and fr, so add a text"
      ]
    ),
    (#""K %@":{"localizations":{"de":\#(unit("%@"))}}"#, []),
    // Xcode's state of a text that has its value in the code.
    (
      #""K":{"extractionState":"extracted_with_value","localizations":{"en":\#(unit("b", "new")),"de":\#(unit("b"))}}"#,
      []
    ),
    (#""":{"localizations":{"en":\#(unit("")),"de":\#(unit(""))}}"#, []),
    (
      #""K":{"localizations":{"en":\#(unit("%@")),"de":\#(unit("%lld"))}}"#,
      [
        "error: compared with en, de writes argument 1 as a whole number; make the specifiers agree, with places such as %2$@ where the order differs"
      ]
    ),
    (
      #""K":{"localizations":{"en":\#(unit("%1$lld or %1$@"))}}"#,
      [
        "error: en writes argument 1 both as a text and as a number; make the specifiers agree, with places such as %2$@ where the order differs"
      ]
    ),
    (
      #""K":{"localizations":{"en":\#(unit("50% off"))}}"#,
      ["warning: in en '% o' is no specifier; write %% for a percent sign"]
    ),
    (
      #""K":{"localizations":{"en":\#(unit("%#@gone@"))}}"#,
      ["error: in en the text has no substitution for '%#@gone@'; add one of that name"]
    ),
    (
      #""K":{"localizations":{"ru":{"variations":{"plural":{"one":\#(unit("%d день")),"other":\#(unit("%d дня"))}}},"en":\#(unit("%d"))}}"#,
      ["warning: no form 'few', 'many' in ru, which small numbers need; 'other' stands in"]
    ),
    // A number alone is the same in all forms.
    (#""K":{"localizations":{"en":{"variations":{"plural":{"other":\#(unit("%d: %@"))}}}}}"#, []),
    (
      #""K":{"localizations":{"en":{"variations":{"plural":{"one":\#(unit("%d"))}}}}}"#,
      ["error: in en the text has no form 'other'; add it, since every language needs one"]
    ),
  ])
  func whatIsToBeDoneIsSaid(_ strings: String, _ expected: [String]) throws {
    #expect(try findings(strings) == expected)
  }

  @Test func languagesMayBeAskedFor() throws {
    #expect(try findings(#""K":{}"#, ["fr", "ja"]) == ["warning: no text in fr and ja; translate it"])
  }

  @Test func findingsHaveTheirPlace() throws {
    let folder = try Folder([
      "A.xcstrings":
        "{\"sourceLanguage\":\"en\",\"version\":\"1.0\",\"strings\":{\n\"K\":{\"localizations\":{\n\"de\":\(Self.unit("%@"))}}}}",
      "en.lproj/L.strings": "A = \"a\";\n\nB = \"b\";", "de.lproj/L.strings": "\nA = \"a %@\";",
      "fr.lproj/L.strings": "A = \"a %@\";\nB = \"b %@\";",
    ])
    let found = try folder.read().catalogs.flatMap { CatalogCheck.findings($0) }
    let places = found.map {
      ($0.file.replacing(folder.path + "/", with: ""), $0.line, $0.key, $0.languages)
    }
    let expected: [(String, Int?, String?, [String])] = [
      ("A.xcstrings", 2, "K", ["en"]), ("*.lproj/L.strings", nil, "A", ["de", "fr"]),
      ("en.lproj/L.strings", 3, "B", ["de"]), ("fr.lproj/L.strings", 2, "B", ["fr"]),
    ]
    #expect(places.count == expected.count)
    for (place, other) in zip(places, expected) { #expect(place == other) }
    for (text, file, line, key) in [
      ("a/b.strings:3", "a/b.strings", 3, nil), ("a.xcstrings:3:14", "a.xcstrings", 3, nil),
      ("a.strings: 'K: x'", "a.strings", nil, "K: x"), ("a", "a", nil, nil),
    ] as [(String, String, Int?, String?)] {
      let finding = CatalogCheck.Finding(CatalogWarning(text, "m"))
      #expect((finding.file, finding.line, finding.key, finding.place) == (file, line, key, text))
    }
  }

  /// A key without a source text is written into folders as its own text, which is as little of one there.
  @Test func aFolderHasTheFindingsOfItsCatalog() throws {
    let text =
      #"{"sourceLanguage":"en","version":"1.0","strings":{"FRIEND":{"localizations":{"de":\#(Self.unit("%@ mag dich"))}}}}"#
    let catalog = try #require(try Folder(["A.xcstrings": text]).read("A.xcstrings").catalogs.first)
    let folder = try Folder(LprojWriter(catalog).files)
    let message =
      "no text in en, the source language; the key stands in, without the arguments of de, so add a text"
    for catalog in [catalog] + (try folder.read().catalogs) {
      let found = CatalogCheck.findings(catalog)
      #expect(found.map(\.message) == [message])
      #expect(found.map(\.isError) == [false])
    }
    // With a text of its own it is an error, as ever.
    let named = try Folder(["en.lproj/A.strings": "F = \"f\";", "de.lproj/A.strings": "F = \"%@\";"]).read()
    #expect(named.catalogs.flatMap { CatalogCheck.findings($0) }.map(\.isError) == [true])
  }

  @Test func progressCountsTheTextsOfALanguage() throws {
    let text = #"""
      {"sourceLanguage":"en","version":"1.0","strings":{
      "A":{"localizations":{"de":\#(Self.unit("a")),"fr":\#(Self.unit("a", "needs_review"))}},
      "B":{"localizations":{"de":\#(Self.unit("b")),"fr":\#(Self.unit("", "new")),"en":\#(Self.unit("b", "new"))}},
      "C":{"localizations":{"de":\#(Self.unit("c", "new"))}},"D":{"shouldTranslate":false}}}
      """#
    let rows = CatalogProgress.count(try Folder(["A.xcstrings": text]).read("A.xcstrings").catalogs)
    #expect(rows.map(\.language) == ["de", "en", "fr"])
    #expect(rows.map(\.keys) == [3, 3, 3])
    #expect(rows.map(\.translated) == [2, 3, 0])
    #expect(rows.map(\.unfinished) == [1, 0, 1])
    #expect(rows.map(\.percent) == [66, 100, 0])
    #expect(rows.map(\.isSource) == [false, true, false])
    let folders = try Folder(["en.lproj/A.strings": "a; b;", "de.lproj/A.strings": "a; c;"]).read().catalogs
    #expect(CatalogProgress.count(folders, languages: ["en", "de", "ja"]).map(\.translated) == [2, 2, 0])
    #expect(CatalogProgress.count(folders).map(\.keys) == [3, 3])
  }

  @Test func theNumberThatChoosesNeedNotBeShown() throws {
    let forms =
      #"{"variations":{"plural":{"one":\#(Self.unit("%2$@ follower")),"other":\#(Self.unit("%2$@ followers"))}}}"#
    #expect(
      try findings(#""label %lld %@":{"localizations":{"en":\#(forms),"de":\#(forms)}}"#).filter {
        $0.hasPrefix("error")
      } == [])
  }
}
