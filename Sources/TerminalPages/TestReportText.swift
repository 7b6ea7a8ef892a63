import NotificationModel
import PluginTesting

/// The results of tests, as people read them on a terminal.
package struct TestReportText {
  private let style: Palette

  /// Makes texts in the colors of a palette.
  package init(style: Palette) { self.style = style }

  /// One case on a line.
  package func line(_ result: TestResult) -> TerminalText {
    let name: TerminalText = "\(result.subject): \(result.name)"
    let milliseconds = style(.dim, "\(tenths(result.duration / .milliseconds(1))) ms")
    switch result.status {
    case .passed: return "\(style(.green, "ok"))    \(name)  \(milliseconds)\n"
    case .failed: return "\(style(.red, "FAIL"))  \(name)  \(milliseconds)\n"
    case .skipped(let reason): return "\(style(.yellow, "skip"))  \(name)  \(style(.dim, outside: reason))\n"
    }
  }

  /// A case that failed, with all that is known of why.
  package func failure(_ result: TestResult) -> TerminalText {
    let round = result.round > 1 ? " (run \(result.round))" : ""
    var text: TerminalText =
      "\(style(.red, "FAIL"))  \(style(.bold, "\(result.subject): \(result.name)\(round)"))\n"
    text += "      \(style(.dim, "\(result.file):\(result.line)"))\n"
    for failure in result.failures {
      text += "      \(style(.bold, outside: failure.subject)): \(failure.message)\n"
      for detail in failure.details {
        switch detail {
        case .path(let path): text += "        \(path)\n"
        case .note(let note): text += "        \(style(.dim, outside: note))\n"
        case .expected(let value): text += block(value, "expected", .green)
        case .actual(let value): text += block(value, "got     ", .red)
        }
      }
      for line in failure.trace {
        let isLocal = line.hasPrefix("    ")
        let isGap = line.hasPrefix("…")
        text += isLocal || isGap ? "        \(style(.dim, outside: line))\n" : "        at \(line)\n"
      }
    }
    for line in result.log { text += "      \(style(.dim, "log \(line)"))\n" }
    return text
  }

  // MARK: Warnings

  /// A warning about a case that passes, and the number of others that it is true of.
  package struct Warning {
    var result: TestResult
    var finding: TestFailure
    var others = 0

    /// Returns the warnings of a run: where cases of one plugin depend on the same, the first stands for all.
    package static func list(_ results: [TestResult]) -> [Warning] {
      var warnings: [Warning] = []
      for result in results {
        for warning in result.warnings {
          let same = warnings.firstIndex {
            warning.kind != .testsNothing && $0.result.subject == result.subject
              && $0.finding.subject == warning.finding.subject
          }
          if let same {
            warnings[same].others += 1
          } else {
            warnings.append(Warning(result: result, finding: warning.finding))
          }
        }
      }
      return warnings
    }
  }

  /// A case that passes, with what is said of it.
  package func warning(_ warning: Warning) -> TerminalText {
    let (result, finding) = (warning.result, warning.finding)
    var text: TerminalText =
      "\(style(.yellow, "WARN"))  \(style(.bold, "\(result.subject): \(result.name)"))\n"
    text += "      \(style(.dim, "\(result.file):\(result.line)"))\n"
    text += "      \(style(.bold, outside: finding.subject)): \(finding.message)\n"
    for line in finding.lines.dropFirst() { text += "      \(style(.dim, outside: line))\n" }
    if warning.others > 0 {
      text += "      \(style(.dim, "and \(counted(warning.others, "more case")) of \(result.subject)"))\n"
    }
    return text
  }

  /// Returns a warning that is about no case.
  package func warning(_ message: String) -> TerminalText { "\(style(.yellow, "WARN"))  \(message)\n" }

  private func block(_ value: String, _ word: TerminalText, _ color: Palette.Style) -> TerminalText {
    let lines = value.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { number, line -> TerminalText in
      "          \(number == 0 ? style(.dim, word) : "        ") \(style(color, outside: String(line).shortened))\n"
    }.joined()
  }

  /// The last line.
  package func summary(_ report: TestRunner.Report, errors: Int, unread: Int) -> TerminalText {
    var parts: [TerminalText] = []
    let passed = report.results.count { $0.status == .passed }
    let failed = report.results.count { $0.status == .failed }
    let skipped = report.results.count - passed - failed
    parts.append(failed == 0 && errors == 0 ? style(.green, "\(passed) passed") : "\(passed) passed")
    if failed > 0 { parts.append(style(.red, "\(failed) failed")) }
    if skipped > 0 { parts.append(style(.yellow, "\(skipped) skipped")) }
    if errors > 0 { parts.append(style(.red, "\(errors) could not be read")) }
    let warnings = Warning.list(report.results).count + unread
    if warnings > 0 { parts.append(style(.yellow, "\(counted(warnings, "warning"))")) }
    if report.writtenSnapshots > 0 {
      parts.append("\(report.writtenSnapshots) snapshot\(report.writtenSnapshots == 1 ? "" : "s") written")
    }
    let seconds = report.duration / .milliseconds(10)
    return "\(parts.joined(separator: ", ")) in \(hundredths(seconds)) s\n"
  }

  /// Returns the coverage, a file a line.
  package func coverage(_ files: [Coverage.File]) -> TerminalText {
    let width = max(4, files.map { TerminalText($0.path).columns }.max() ?? 0)
    var text: TerminalText = "\n"
    func row(_ name: String, _ covered: Int, _ lines: Int, _ called: Int, _ functions: Int, _ missed: String)
    {
      let percent = Share(covered, of: lines).percent
      let color: Palette.Style = percent >= 95 ? .green : percent >= 75 ? .yellow : .red
      let share = Share(covered, of: lines).text
      let functionText = called < functions ? "  \(called) of \(functions) functions" : ""
      text += "\(name)\(TerminalText.spaces(width - TerminalText(name).columns))  "
      text += "\(TerminalText.spaces(8 - share.count))\(style(color, outside: share))\(functionText)"
      text += (missed.isEmpty ? "" : style(.dim, "  not run: \(missed)")) + "\n"
    }
    for file in files {
      row(
        file.path, file.coveredLines, file.hits.count, file.coveredFunctions, file.functions.count,
        ranges(file.lineNumbers.filter { file.hits[$0] == 0 }, of: file.lineNumbers))
    }
    row(
      "all", files.reduce(0) { $0 + $1.coveredLines }, files.reduce(0) { $0 + $1.hits.count },
      files.reduce(0) { $0 + $1.coveredFunctions }, files.reduce(0) { $0 + $1.functions.count }, "")
    return text
  }

  /// Numbers with those between which no line with code was run as one range.
  private func ranges(_ missed: [Int], of all: [Int]) -> String {
    var ranges: [(Int, Int)] = []
    let isMissed = Set(missed)
    var last: Int?
    for line in all {
      defer { last = line }
      guard isMissed.contains(line) else { continue }
      if let end = last, isMissed.contains(end), let open = ranges.indices.last {
        ranges[open].1 = line
      } else {
        ranges.append((line, line))
      }
    }
    let shown = ranges.prefix(12).map { $0 == $1 ? "\($0)" : "\($0)-\($1)" }.joined(separator: ", ")
    return ranges.count > 12 ? shown + ", …" : shown
  }

  private func tenths(_ value: Double) -> String {
    let tenths = Int(value * 10)
    return "\(tenths / 10).\(tenths % 10)"
  }

  private func hundredths(_ value: Double) -> String {
    let whole = Int(value)
    return "\(whole / 100).\(whole % 100 < 10 ? "0" : "")\(whole % 100)"
  }
}
