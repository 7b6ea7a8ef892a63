import ExtensionHost
import NotificationModel

/// The forms in which other programs read what became of tests.
package enum TestReportForm: String, CaseIterable, Sendable {
  case junit
  case tap
  case json

  /// The report of a run, and of the files that could not be read.
  package func text(_ report: TestRunner.Report, errors: [HostError]) -> String {
    switch self {
    case .junit: JUnitReport(report, errors).text
    case .tap: TAPReport(report, errors).text
    case .json: JSONReport(report, errors).text
    }
  }
}

extension TestResult {
  /// The name, with the round where a case ran more than once.
  var roundName: String { round > 1 ? "\(name) (run \(round))" : name }

  var failureLines: [String] { failures.flatMap(\.lines) }
}

extension Duration {
  /// Seconds with six digits behind the point.
  var secondsText: String {
    let microseconds = Int(self / .microseconds(1))
    let rest = String(microseconds % 1_000_000)
    return "\(microseconds / 1_000_000)." + String(repeating: "0", count: 6 - rest.count) + rest
  }
}

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
      if !result.log.isEmpty {
        content +=
          "      <system-out>" + XML.escaped(result.log.joined(separator: "\n")) + "</system-out>\n"
      }
      text += content.isEmpty ? "/>\n" : ">\n\(content)    </testcase>\n"
    }
    text += "  </testsuite>\n"
  }
}

/// The Test Anything Protocol, version 13 (testanything.org).
struct TAPReport {
  private(set) var text: String

  init(_ report: TestRunner.Report, _ errors: [HostError]) {
    text = "TAP version 13\n1..\(report.results.count + errors.count)\n"
    for (index, result) in report.results.enumerated() {
      let name = Self.escaped("\(result.subject): \(result.roundName)")
      switch result.status {
      case .passed: text += "ok \(index + 1) - \(name)\n"
      case .skipped(let reason): text += "ok \(index + 1) - \(name) # SKIP \(Self.escaped(reason))\n"
      case .failed:
        text += "not ok \(index + 1) - \(name)\n"
        writeBlock([("at", "\(result.file):\(result.line)")], result.failureLines)
      }
    }
    for (index, error) in errors.enumerated() {
      text += "not ok \(report.results.count + index + 1) - \(Self.escaped(error.message))\n"
    }
  }

  /// A `#` begins a directive, and a newline ends the line.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("#", with: "\\#").replacing("\n", with: " ")
  }

  private mutating func writeBlock(_ members: [(String, String)], _ lines: [String]) {
    text += "  ---\n"
    // A JSON string is one of YAML, too.
    for (key, value) in members { text += "  \(key): \(JSONValue.string(value).text)\n" }
    text += "  message: |\n"
    for line in lines { text += "    \(line.printable)\n" }
    text += "  ...\n"
  }
}

/// A report for programs: one JSON object.
struct JSONReport {
  private(set) var text: String

  init(_ report: TestRunner.Report, _ errors: [HostError]) {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("passed", report.results.count { $0.status == .passed })
    writer.member("failed", report.results.count { $0.status == .failed })
    writer.member("us", Int(report.duration / .microseconds(1)))
    writer.member("errors", errors.map(\.message))
    writer.key("tests")
    writer.beginArray()
    for result in report.results { Self.write(result, &writer) }
    writer.endArray()
    writer.endObject()
    text = writer.text + "\n"
  }

  private static func write(_ result: TestResult, _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("subject", result.subject)
    writer.member("name", result.name)
    if result.round > 1 { writer.member("run", result.round) }
    writer.member("file", result.file)
    writer.member("line", result.line)
    switch result.status {
    case .passed: writer.member("status", "passed")
    case .failed: writer.member("status", "failed")
    case .skipped(let reason):
      writer.member("status", "skipped")
      writer.member("reason", reason)
    }
    writer.member("us", Int(result.duration / .microseconds(1)))
    if !result.failures.isEmpty {
      writer.key("failures")
      writer.beginArray()
      for failure in result.failures {
        writer.beginObject()
        writer.member("subject", failure.subject)
        writer.member("message", failure.message)
        writer.member("lines", Array(failure.lines.dropFirst()))
        writer.endObject()
      }
      writer.endArray()
    }
    if !result.log.isEmpty { writer.member("log", result.log) }
    writer.endObject()
  }
}
