import Foundation
import Localization
import NotificationModel
import StringCatalogs
import Testing

/// Catalogs that are imported into keep all else of their files byte for byte.
struct XCStringsEditorTests {
  /// A catalog as Xcode 16 writes it: members sorted by their bytes, keys as people sort, no line feed at the end.
  private static let xcodes = """
    {
      "sourceLanguage" : "en",
      "strings" : {
        "" : {

        },
        "%lld files" : {
          "comment" : "How many",
          "extractionState" : "manual",
          "localizations" : {
            "de" : {
              "variations" : {
                "plural" : {
                  "one" : {
                    "stringUnit" : {
                      "state" : "translated",
                      "value" : "%lld Datei"
                    }
                  },
                  "other" : {
                    "stringUnit" : {
                      "state" : "needs_review",
                      "value" : "%lld Dateien"
                    }
                  }
                }
              }
            }
          }
        },
        "Hello %@" : {
          "extractionState" : "extracted_with_value",
          "localizations" : {
            "de" : {
              "stringUnit" : {
                "state" : "needs_review",
                "value" : "Hallo %@"
              }
            },
            "en" : {
              "stringUnit" : {
                "state" : "new",
                "value" : "Hello, %@"
              }
            }
          }
        },
        "key10" : {
          "shouldTranslate" : false
        }
      },
      "version" : "1.0"
    }
    """

  private struct Import {
    var before: String
    var after: String
    var taken: [StringCatalog.TakenText]
    var catalog: StringCatalog
  }

  /// Imports files into a catalog.
  private func importing(_ files: [String: String], into text: String) throws -> Import {
    let folder = try Folder(["A.xcstrings": text])
    for (name, text) in files { try folder.write("in/" + name, Data(text.utf8)) }
    var catalog = try #require(try CatalogReader.read(folder.path + "/A.xcstrings").catalogs.first)
    let other = try #require(try folder.read("in").catalogs.first)
    let taken = catalog.take(other)
    let after = try #require(try CatalogFiles(catalog, taken: taken).files.first).text
    // What is written says what was to be written, and importing it once more changes nothing.
    try folder.write("A.xcstrings", Data(after.utf8))
    var again = try #require(try CatalogReader.read(folder.path + "/A.xcstrings").catalogs.first)
    #expect(again.languages == catalog.languages)
    #expect(again.take(catalog) == [])
    #expect(catalog.take(again) == [])
    #expect(again.take(other) == [])
    return Import(before: text, after: after, taken: taken, catalog: again)
  }

  /// The lines that two texts do not have in common, as `diff` shows them.
  private func changedLines(_ imported: Import) -> [String] {
    let before = imported.before.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let after = imported.after.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return after.difference(from: before).map { change in
      switch change {
      case .insert(_, let line, _): "+" + line.drop { $0 == " " || $0 == "\t" }
      case .remove(_, let line, _): "-" + line.drop { $0 == " " || $0 == "\t" }
      }
    }
  }

  @Test func aChangedTextChangesItsLines() throws {
    let imported = try importing(
      ["de.lproj/A.strings": #""Hello %@" = "Servus %@";"#], into: Self.xcodes)
    #expect(imported.taken == [.init(key: "Hello %@", language: "de", isNew: false)])
    #expect(
      Set(changedLines(imported)) == [
        #"-"state" : "needs_review","#, #"-"value" : "Hallo %@""#, #"+"state" : "translated","#,
        #"+"value" : "Servus %@""#,
      ])
    #expect(imported.after.hasSuffix("\"1.0\"\n}"))
  }

  @Test func newTextsAndKeysGoWhereXcodeHasThem() throws {
    let imported = try importing(
      [
        "fr.lproj/A.strings": #""Hello %@" = "Bonjour %@"; "key10" = "dix"; "key9" = "neuf"; "" = "vide";"#,
        "ca.lproj/A.strings": #""Hello %@" = "Hola %@"; "zoo" = "zoo"; "alpha" = "alfa";"#,
      ], into: Self.xcodes)
    // Nothing goes: every line of the file is there in its order.
    #expect(changedLines(imported).allSatisfy { $0.hasPrefix("+") || $0 == "-" || $0 == "-}" })
    #expect(
      imported.catalog.entries.map(\.key) == ["", "%lld files", "alpha", "Hello %@", "key9", "key10", "zoo"])
    let languages = imported.after.matches(of: #/\n        "(..)" : /#).map { String($0.1) }
    #expect(languages == ["fr", "de", "ca", "ca", "de", "en", "fr", "fr", "fr", "ca"])
    #expect(imported.after.contains("\n    \"key10\" : {\n      \"localizations\" : {\n        \"fr\" : {"))
  }

  /// A text of the source language that equals its key is none, unless the catalog has another there.
  @Test func keysThatStandForThemselvesAreNoTexts() throws {
    let files = ["en.lproj/A.strings": #""" = ""; "key10" = "key10"; "%lld files" = "%lld files";"#]
    let imported = try importing(files, into: Self.xcodes)
    #expect(imported.taken == [])
    #expect(imported.after == Self.xcodes)
    let restored = try importing(
      ["en.lproj/A.strings": #""Hello %@" = "Hello %@";"#], into: Self.xcodes)
    #expect(restored.taken == [.init(key: "Hello %@", language: "en", isNew: false)])
  }

  @Test(arguments: [
    // All on one line.
    (
      #"{"sourceLanguage":"en","strings":{"K":{"localizations":{"en":{"stringUnit":{"state":"translated","value":"a"}}}}},"version":"1.0"}"#,
      #"{"sourceLanguage":"en","strings":{"K":{"localizations":{"de":{"stringUnit":{"state":"translated","value":"b"}},"en":{"stringUnit":{"state":"translated","value":"a"}}}}},"version":"1.0"}"#
    ),
    // Four spaces, no space before the colon, the other line end, a byte order mark.
    (
      "\u{FEFF}{\r\n    \"version\": \"1.0\",\r\n    \"sourceLanguage\": \"en\",\r\n    \"strings\": {\r\n        \"K\": {}\r\n    }\r\n}\r\n",
      "\u{FEFF}{\r\n    \"version\": \"1.0\",\r\n    \"sourceLanguage\": \"en\",\r\n    \"strings\": {\r\n        \"K\": {\r\n            \"localizations\": {\r\n                \"de\": {\r\n                    \"stringUnit\": {\r\n                        \"state\": \"translated\",\r\n                        \"value\": \"b\"\r\n                    }\r\n                }\r\n            }\r\n        }\r\n    }\r\n}\r\n"
    ),
    // The two byte order marks of a file that was converted twice.
    (
      "\u{FEFF}\u{FEFF}" + #"{"sourceLanguage":"en","strings":{"K":{}},"version":"1.0"}"#,
      "\u{FEFF}\u{FEFF}"
        + #"{"sourceLanguage":"en","strings":{"K":{"localizations":{"de":{"stringUnit":{"state":"translated","value":"b"}}}}},"version":"1.0"}"#
    ),
    // A language by the name of its locale in POSIX, which becomes a tag with its text.
    (
      #"{"sourceLanguage":"en","strings":{"K":{"localizations":{"de@euro":{"stringUnit":{"state":"translated","value":"a"}}}}},"version":"1.0"}"#,
      #"{"sourceLanguage":"en","strings":{"K":{"localizations":{"de":{"stringUnit":{"state":"translated","value":"b"}}}}},"version":"1.0"}"#
    ),
    // Tabs, and no key yet.
    (
      "{\n\t\"sourceLanguage\" : \"en\",\n\t\"strings\" : {\n\n\t},\n\t\"version\" : \"1.0\"\n}\n",
      "{\n\t\"sourceLanguage\" : \"en\",\n\t\"strings\" : {\n\t\t\"K\" : {\n\t\t\t\"localizations\" : {\n\t\t\t\t\"de\" : {\n\t\t\t\t\t\"stringUnit\" : {\n\t\t\t\t\t\t\"state\" : \"translated\",\n\t\t\t\t\t\t\"value\" : \"b\"\n\t\t\t\t\t}\n\t\t\t\t}\n\t\t\t}\n\t\t}\n\t},\n\t\"version\" : \"1.0\"\n}\n"
    ),
  ])
  func theFileKeepsItsSpacing(_ before: String, _ after: String) throws {
    let imported = try importing(["de.lproj/A.strings": #""K" = "b";"#], into: before)
    #expect(Array(imported.after.utf8) == Array(after.utf8))
  }

  /// To Swift, texts that look the same are equal, and to a device they may not be.
  @Test(arguments: [("é", "e\u{301}"), ("50% off", "50%% off"), ("a", "a\u{200B}")])
  func aTextThatLooksTheSameIsAnother(_ before: String, _ after: String) throws {
    let text = Self.xcodes.replacing("Hallo %@", with: before)
    let imported = try importing(["de.lproj/A.strings": "\"Hello %@\" = \"\(after)\";"], into: text)
    #expect(imported.taken.count == 1)
    #expect(Array(imported.after.utf8) != Array(text.utf8))
  }

  @Test func formsGiveWayAsAWhole() throws {
    let writer = LprojWriter(
      try #require(try Folder(["A.xcstrings": Self.xcodes]).read("A.xcstrings").catalogs.first))
    let name = "de.lproj/A.stringsdict"
    let forms = try #require(writer.files[name]).replacing("%lld Dateien", with: "%lld Files")
    let imported = try importing([name: forms], into: Self.xcodes)
    #expect(imported.taken == [.init(key: "%lld files", language: "de", isNew: false)])
    #expect(
      Set(changedLines(imported)) == [
        #"-"state" : "needs_review","#, #"-"value" : "%lld Dateien""#, #"+"state" : "translated","#,
        #"+"value" : "%lld Files""#,
      ])
  }

  /// What a catalog is exported as and imported from says nothing new, whatever the catalog has.
  @Test(arguments: 0..<150)
  func itsOwnExportAddsNothing(_ seed: UInt64) throws {
    var seeded = SeededCatalog(seed: seed)
    let text = seeded.text()
    let catalog = try #require(try Folder(["A.xcstrings": text]).read("A.xcstrings").catalogs.first)
    let files = LprojWriter(catalog).files
    guard !files.isEmpty else { return }
    let imported = try importing(files, into: text)
    #expect(imported.taken == [], "\(changedLines(imported))")
    #expect(imported.after.utf8.elementsEqual(text.utf8))
  }

  private static func unit(_ text: String) -> String {
    #"{"stringUnit":{"state":"translated","value":"\#(text)"}}"#
  }

  /// Folders spell languages as BCP 47 recommends; the catalog keeps its own spelling.
  @Test(arguments: [
    ("en", "pt-br"), ("en", "zh_TW"), ("en", "PT-BR"), ("en", "sr-latn"), ("en", "German"), ("EN", "de"),
    ("de_AT", "en"),
    ("zh_CN", "en"), ("xx-yy-zz", "de"), ("zh_CN", "ZH-hant"),
  ])
  func languagesAreKnownInAnySpelling(_ source: String, _ language: String) throws {
    let text =
      #"{"sourceLanguage":"\#(source)","strings":{"Hello":{"localizations":{"\#(language)":\#(Self.unit("ola"))}},"K":{}},"version":"1.0"}"#
    let folder = try Folder(["A.xcstrings": text])
    let catalog = try #require(try CatalogReader.read(folder.path + "/A.xcstrings").catalogs.first)
    for (path, text) in LprojWriter(catalog).files { try folder.write("in/" + path, Data(text.utf8)) }
    var taker = catalog
    let exported = try #require(
      try CatalogReader.read(folder.path + "/in", source: source).catalogs.first)
    #expect(taker.take(exported) == [])
    #expect(taker.entries == catalog.entries)
    // Another text comes into the old place.
    var changed = exported
    for index in changed.entries.indices where changed.entries[index].key == "Hello" {
      for name in changed.entries[index].texts.keys where name != changed.sourceLanguage {
        changed.entries[index].texts[name] = LocalizedText(value: .unit(StringUnit("outra")))
      }
    }
    #expect(taker.take(changed) == [.init(key: "Hello", language: language, isNew: false)])
    let after = try #require(
      try CatalogFiles(taker, taken: [.init(key: "Hello", language: language, isNew: false)]).files.first)
    #expect(after.text == text.replacing("ola", with: "outra"))
    #expect(try !CatalogFiles([taker], folder: "x").files.isEmpty)
  }

  /// Each key keeps its spelling, and the catalog has one language.
  @Test func keysThatSpellALanguageOtherwiseHaveOneLanguage() throws {
    let text =
      #"{"sourceLanguage":"en","strings":{"A":{"localizations":{"pt-br":\#(Self.unit("a"))}},"B":{"localizations":{"pt-BR":\#(Self.unit("b"))}}},"version":"1.0"}"#
    let imported = try importing(["pt_BR.lproj/A.strings": "A = a; B = c;"], into: text)
    #expect(imported.taken.map(\.key) == ["B"])
    #expect(imported.after == text.replacing(#""b""#, with: #""c""#))
    #expect(imported.catalog.languages == ["en", "pt-br"])
    #expect(
      try CatalogFiles([imported.catalog], folder: "x").files.map(\.path) == [
        "x/en.lproj/A.strings", "x/pt-br.lproj/A.strings",
      ])
    // The catalog has what is asked for in another spelling.
    #expect(CatalogCheck.findings(imported.catalog, languages: ["pt_BR"]) == [])
    #expect(CatalogProgress.count([imported.catalog], languages: ["PT-BR"]).map(\.translated) == [2])
    var pseudo = imported.catalog
    Pseudolocale.add(to: &pseudo, language: "pt-BR")
    #expect(pseudo.languages == ["en", "pt-br"])
  }

  /// One text of a language gives way to another: only its lines change.
  @Test(arguments: 0..<50)
  func oneTextChangesItsLines(_ seed: UInt64) throws {
    var seeded = SeededCatalog(seed: seed)
    let text = seeded.text()
    let catalog = try #require(try Folder(["A.xcstrings": text]).read("A.xcstrings").catalogs.first)
    let plain = catalog.entries.lazy.compactMap { entry -> (String, String)? in
      guard let text = entry.texts["de"], text.substitutions.isEmpty, case .unit(let unit) = text.value,
        !text.isBlank
      else { return nil }
      return (entry.key, unit.value)
    }
    guard let (key, _) = plain.first else { return }
    var other = StringCatalog(table: "A", path: "in", sourceLanguage: "en")
    other.set(LocalizedText(value: .unit(StringUnit("Etwas anderes"))), key, "de")
    let imported = try importing(LprojWriter(other).files.filter { $0.key.hasPrefix("de") }, into: text)
    #expect(imported.taken == [.init(key: key, language: "de", isNew: false)])
    let changed = changedLines(imported)
    #expect(changed.count <= 4)
    #expect(changed.allSatisfy { $0.contains("\"state\"") || $0.contains("\"value\"") })
  }
}

/// A catalog with all that Xcode's have, by a seed.
private struct SeededCatalog {
  private var generator: RandomSource

  init(seed: UInt64) { generator = RandomSource(seed: seed) }

  private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
  private mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }
  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[number(0...elements.count - 1)]
  }

  mutating func text() -> String {
    var catalog = StringCatalog(table: "A", path: "a", sourceLanguage: "en")
    for key in 0..<number(1...12) { catalog.entries.append(entry(key)) }
    var text = XCStringsWriter.text(catalog)
    if chance(50) { text += "\n" }
    // Versions of Xcode and other tools differ in what they leave out.
    if chance(30) { text = text.replacing("              \"argNum\" : 1,\n", with: "") }
    return text
  }

  private mutating func entry(_ number: Int) -> StringCatalog.Entry {
    var entry = StringCatalog.Entry(
      key: pick(["key \(number)", "%@ key \(number) %lld", "\(number) \"q\" \\ /\n é"]))
    if chance(30) { entry.comment = "About it */ \(number)" }
    if chance(40) { entry.extractionState = pick(["manual", "stale", "extracted_with_value", "migrated"]) }
    if chance(10) { entry.shouldTranslate = false }
    if chance(10) { entry.unknown = [.init(name: "generatesSymbol", json: "true")] }
    for language in ["de", "en", "fr", "ar", "zh-Hant"] where chance(50) {
      entry.texts[language] = localized(entry.key)
    }
    return entry
  }

  private mutating func localized(_ key: String) -> LocalizedText {
    switch number(0...9) {
    case 0: return LocalizedText(value: forms())
    case 1: return LocalizedText(value: .device(["iphone": unit(), "other": unit()]))
    case 2: return LocalizedText(value: .device(["mac": forms(), "ipad": unit(), "other": forms()]))
    case 3, 4:
      return LocalizedText(
        value: unit("%#@one@ and %#@two@ of %3$@"),
        substitutions: [
          "one": .init(argument: pick([1, nil]), specifier: pick(["lld", "d"]), value: forms("%arg")),
          "two": .init(argument: pick([2, nil]), specifier: "lld", value: forms("%arg")),
        ])
    case 5:
      return LocalizedText(
        value: unit("%1$#@one@"),
        substitutions: [
          "one": .init(argument: 1, specifier: "lld", value: forms("%arg of %2$#@two@")),
          "two": .init(argument: 2, specifier: ".1f", value: forms(pick(["%arg", "%2$.1f"]))),
        ])
    // In the order of the text, and not of the numbers.
    case 6:
      return LocalizedText(
        value: unit("%#@two@ %#@one@"),
        substitutions: [
          "one": .init(argument: 1, specifier: "lld", value: forms(pick(["%arg", "%lld"]))),
          "two": .init(argument: 2, specifier: "lld", value: forms(pick(["%arg", "%lld"]))),
        ])
    case 7 where key.isEmpty == false:
      return LocalizedText(value: .unit(StringUnit(key, state: "translated")))
    case 8: return LocalizedText(value: .unit(StringUnit("", state: "new")))
    default: return LocalizedText(value: unit())
    }
  }

  private mutating func unit(_ text: String? = nil) -> TextVariation {
    let text =
      text
      ?? pick([
        "plain", "%@ and %lld", "%2$@ before %1$@", "50% off", "100%%", "a\n\tb \"c\" \\ <&>",
        "é e\u{301} \u{200B}",
        "%.2f", "%1$(name)lld", " ",
      ])
    return .unit(StringUnit(text, state: pick(["translated", "needs_review", "new"])))
  }

  private mutating func forms(_ shown: String? = nil) -> TextVariation {
    var forms: [PluralCategory: TextVariation] = [:]
    for category in [PluralCategory.zero, .one, .few] where chance(50) { forms[category] = form(shown) }
    forms[.other] = form(shown)
    return .plural(forms)
  }

  private mutating func form(_ shown: String?) -> TextVariation {
    unit(pick(["\(shown ?? "%lld") things", "about \(shown ?? "%lld") at 5%%", "none <at> all"]))
  }
}
