import Foundation
import Localization
import StringCatalogs
import Testing

/// Whole catalogs: every text of every language is read, compiled and formatted.
struct RealCatalogTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// What formatting all texts of a catalog came to.
  private struct Figures: Equatable {
    var keys = 0
    var languages = 0
    var texts = 0
    /// Texts that did not come out as one would like, as sentences.
    var problems: [String] = []
  }

  private func format(_ path: String) throws -> Figures {
    var figures = Figures()
    var languages: Set<String> = []
    for catalog in try CatalogReader.read(path).catalogs {
      languages.formUnion(catalog.languages)
      figures.keys += catalog.entries.count
      for device in ["iphone", "mac"] {
        let lookup = CatalogLookup([catalog], device: device)
        for entry in catalog.entries {
          for language in catalog.languages
          where entry.text(in: language, source: catalog.sourceLanguage) != nil {
            // Numbers that between them take every form of every language.
            for number in ["0", "1", "2", "3", "5", "11", "21", "100", "1000000", "1.5"] {
              let found = lookup.text(
                of: entry.key, table: catalog.table, languages: [language],
                arguments: [number, number, number])
              let isWhole =
                found.language == language && !found.text.contains("%#@") && !found.text.contains("%arg")
              let others = found.problems.filter { !$0.hasPrefix("3 arguments for a text that takes") }
              if !isWhole || !others.isEmpty {
                figures.problems.append("'\(entry.key)' \(language) \(number): \(found.text) \(others)")
              }
            }
            if device == "iphone" { figures.texts += 1 }
          }
        }
      }
    }
    figures.languages = languages.count
    return figures
  }

  @Test func everyTextOfTheExampleComesOut() throws {
    let figures = try format(Self.root.appending(path: "examples/3-localise").path)
    #expect(figures == Figures(keys: 4, languages: 10, texts: 40))
  }

  @Test func everyTextOfTheShippedCatalogsComesOut() throws {
    let figures = try format(Self.root.appending(path: "plugins/localize/tests/catalogs").path)
    #expect(figures == Figures(keys: 4, languages: 5, texts: 10))
  }

  /// Catalogs of whoever runs the tests: files and folders in the folder that NOTILUA_CATALOGS names.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["NOTILUA_CATALOGS"] != nil))
  func everyTextOfOtherCatalogsComesOut() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["NOTILUA_CATALOGS"])
    var total = Figures()
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      let figures = try format(folder + "/" + name)
      print("\(name): \(figures.keys) keys, \(figures.languages) languages, \(figures.texts) texts")
      #expect(figures.problems == [], "\(name)")
      total.keys += figures.keys
      total.texts += figures.texts
    }
    print("all: \(total.keys) keys, \(total.texts) texts")
    #expect(total.texts > 0)
  }
}
