import Foundation
import Localization
import StringCatalogs
import TerminalPages
import Testing

/// The report of `notilua strings check`.
struct CatalogReportTests {
  private func report(_ texts: [(key: String, language: String, text: String)]) -> CatalogReport {
    var catalog = StringCatalog(table: "T", path: "T.xcstrings", sourceLanguage: "en")
    for text in texts {
      catalog.set(LocalizedText(value: .unit(StringUnit(text.text))), text.key, text.language)
    }
    return CatalogReport(
      read: CatalogReader.Result(catalogs: [catalog]), findings: CatalogCheck.findings(catalog),
      progress: CatalogProgress.count([catalog]))
  }

  @Test func aTextThatIsMissingIsAWarning() {
    let found = report([("A", "en", "a"), ("A", "de", "b"), ("B", "en", "c")])
    #expect(found.errors == 0)
    #expect(found.warnings == 1)
    let text = found.text(Palette(hasColor: false)).string
    #expect(text.hasSuffix("1 catalog, 2 keys, 2 languages: 0 errors, 1 warning\n"))
    #expect(text.contains("de        1 of 2      50 %\n"), "\(text)")
  }

  /// A line of JSON for each finding, and one for all.
  @Test func programsGetALineForEachFinding() throws {
    let found = report([("A", "en", "%@"), ("A", "de", "b")])
    let lines = found.json.split(separator: "\n").map { Data($0.utf8) }
    #expect(lines.count == found.findings.count + 1)
    let objects = try lines.map { try #require(try JSONSerialization.jsonObject(with: $0) as? [String: Any]) }
    #expect(objects.dropLast().allSatisfy { ["error", "warning"].contains($0["severity"] as? String ?? "") })
    let summary = try #require(objects.last?["summary"] as? [String: Any])
    #expect(summary["keys"] as? Int == 1)
    #expect(summary["catalogs"] as? Int == 1)
  }
}
