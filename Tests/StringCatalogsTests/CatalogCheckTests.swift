import Foundation
import Localization
import StringCatalogs
import Testing

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

  @Test func theNumberThatChoosesNeedNotBeShown() throws {
    let forms =
      #"{"variations":{"plural":{"one":\#(Self.unit("%2$@ follower")),"other":\#(Self.unit("%2$@ followers"))}}}"#
    #expect(
      try findings(#""label %lld %@":{"localizations":{"en":\#(forms),"de":\#(forms)}}"#).filter {
        $0.hasPrefix("error")
      } == [])
  }
}
