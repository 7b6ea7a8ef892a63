import Localization
import LosslessJSON
import NotificationModel
import StringCatalogs

/// The report of `notilua strings check`, for people and for programs.
package struct CatalogReport {
  /// The catalogs that were read.
  package let read: CatalogReader.Result
  /// The mistakes and doubts, in the order of their places.
  package let findings: [CatalogCheck.Finding]
  /// The state of each language.
  package let progress: [CatalogProgress]

  /// Makes the report of what was read and found.
  package init(read: CatalogReader.Result, findings: [CatalogCheck.Finding], progress: [CatalogProgress]) {
    self.read = read
    self.findings = findings
    self.progress = progress
  }

  /// The number of findings that are errors.
  package var errors: Int { findings.count(where: \.isError) }
  /// The number of findings that are warnings.
  package var warnings: Int { findings.count - errors }
  private var keys: Int { read.catalogs.reduce(0) { $0 + $1.entries.count } }
  private var languages: Int { Set(read.catalogs.flatMap(\.languages)).count }

  // MARK: Text

  /// Returns the report for people.
  package func text(_ style: Palette) -> TerminalText {
    var text: TerminalText = ""
    for finding in findings {
      let kind = finding.isError ? style(.red, "error") : style(.yellow, "warning")
      text += "\(finding.place): \(kind): \(finding.message)\n"
    }
    for (path, language) in read.sources { text += "\(path): source language: \(language.text)\n" }
    // A catalog of one language has nothing to compare.
    if progress.count > 1 { text += table(style) }
    return text
      + "\(counted(read.catalogs.count, "catalog")), \(counted(keys, "key")), \(counted(languages, "language")): \(counted(errors, "error")), \(counted(warnings, "warning"))\n"
  }

  private func table(_ style: Palette) -> TerminalText {
    var table = TextTable(["LANGUAGE", "TRANSLATED", "COMPLETE"])
    for row in progress {
      let part = "\(row.percent) %"
      let rest =
        (row.isSource ? ["source"] : []) + (row.unfinished > 0 ? ["\(row.unfinished) to review"] : [])
      table.add(
        [
          row.language, "\(row.translated) of \(row.keys)",
          rest.isEmpty ? part : "\(part) (\(rest.joined(separator: ", ")))",
        ], row.translated < row.keys ? .yellow : nil)
    }
    return table.text(style)
  }

  // MARK: JSON

  /// The report for programs.
  package var json: String {
    var text = ""
    for finding in findings {
      var writer = JSONWriter()
      writer.beginObject()
      writer.member("severity", finding.isError ? "error" : "warning")
      writer.member("place", finding.place)
      writer.member("file", finding.file)
      if let line = finding.line { writer.member("line", line) }
      if let key = finding.key { writer.member("key", key) }
      writer.member("languages", finding.languages)
      writer.member("message", finding.message)
      writer.endObject()
      text += writer.text + "\n"
    }
    return text + summary + "\n"
  }

  private var summary: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("summary")
    writer.beginObject()
    writer.member("catalogs", read.catalogs.count)
    writer.member("keys", keys)
    writer.member("errors", errors)
    writer.member("warnings", warnings)
    writer.key("sources")
    writer.beginArray()
    for (path, language) in read.sources {
      writer.beginObject()
      writer.member("path", path)
      writer.member("language", language.name)
      writer.endObject()
    }
    writer.endArray()
    writer.key("languages")
    writer.beginObject()
    for row in progress {
      writer.key(row.language)
      writer.beginObject()
      writer.member("keys", row.keys)
      writer.member("translated", row.translated)
      writer.member("unfinished", row.unfinished)
      writer.endObject()
    }
    writer.endObject()
    writer.endObject()
    writer.endObject()
    return writer.text
  }
}

/// A number with its noun.
package func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
