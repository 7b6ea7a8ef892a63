import Foundation
import Localization
import StringCatalogs
import Testing

/// The progress of translations.
struct CatalogProgressTests {
  private static func unit(_ text: String, _ state: String = "translated") -> String {
    #"{"stringUnit":{"state":"\#(state)","value":"\#(text)"}}"#
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
}
