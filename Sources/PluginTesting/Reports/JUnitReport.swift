import ConfigurationFiles
import Notilua

/// The XML that JUnit's Ant task writes, as Jenkins and others read it.
struct JUnitReport {
  private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

  init(_ report: TestRunner.Report, _ errors: [HostError]) {
    let results = report.results
    let totals = Self.counts(results, errors: errors.count)
    text +=
      "<testsuites"
      + XML.attributes([("name", "notilua test")] + totals + [("time", report.duration.secondsText)]) + ">\n"
    for subject in Set(results.map(\.subject)).sorted() {
      writeSuite(subject, results.filter { $0.subject == subject })
    }
    if !errors.isEmpty {
      text +=
        "  <testsuite"
        + XML.attributes(
          [("name", "files")] + Self.counts([], errors: errors.count) + [("time", "0.000000")]) + ">\n"
      for error in errors {
        text +=
          "    <testcase"
          + XML.attributes([("classname", "files"), ("name", error.message), ("time", "0.000000")])
          + ">\n      <error" + XML.attributes([("message", error.message), ("type", "load")])
          + "/>\n    </testcase>\n"
      }
      text += "  </testsuite>\n"
    }
    text += "</testsuites>\n"
  }

  private static func counts(_ results: [TestResult], errors: Int) -> [(String, String)] {
    let skipped = results.count {
      if case .skipped = $0.status { true } else { false }
    }
    return [
      ("tests", "\(results.count + errors)"), ("failures", "\(results.count { $0.status == .failed })"),
      ("errors", "\(errors)"), ("skipped", "\(skipped)"),
    ]
  }

  private mutating func writeSuite(_ subject: String, _ results: [TestResult]) {
    let time = results.reduce(Duration.zero) { $0 + $1.duration }
    text +=
      "  <testsuite"
      + XML.attributes([("name", subject)] + Self.counts(results, errors: 0) + [("time", time.secondsText)])
      + ">\n"
    for result in results {
      text +=
        "    <testcase"
        + XML.attributes([
          ("classname", subject), ("name", result.roundName), ("file", result.file),
          ("line", "\(result.line)"),
          ("time", result.duration.secondsText),
        ])
      var content = ""
      if case .skipped(let reason) = result.status {
        content += "      <skipped" + XML.attributes([("message", reason)]) + "/>\n"
      }
      if result.status == .failed {
        let first = result.failures.first
        content +=
          "      <failure"
          + XML.attributes([
            ("message", first.map { "\($0.subject): \($0.message)" } ?? "failed"),
            ("type", first?.subject ?? "failure"),
          ]) + ">" + XML.escaped(result.failureLines.joined(separator: "\n")) + "</failure>\n"
      }
      let lines = result.log + result.warningLines
      if !lines.isEmpty {
        content += "      <system-out>" + XML.escaped(lines.joined(separator: "\n")) + "</system-out>\n"
      }
      text += content.isEmpty ? "/>\n" : ">\n\(content)    </testcase>\n"
    }
    text += "  </testsuite>\n"
  }
}
