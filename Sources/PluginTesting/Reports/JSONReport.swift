import ConfigurationFiles
import LosslessJSON
import NotificationModel
import Notilua

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
    if !result.failures.isEmpty { write(result.failures, "failures", &writer) }
    if !result.warnings.isEmpty { write(result.warnings.map(\.finding), "warnings", &writer) }
    if !result.log.isEmpty { writer.member("log", result.log) }
    writer.endObject()
  }

  private static func write(_ findings: [TestFailure], _ key: String, _ writer: inout JSONWriter) {
    writer.key(key)
    writer.beginArray()
    for finding in findings {
      writer.beginObject()
      writer.member("subject", finding.subject)
      writer.member("message", finding.message)
      writer.member("lines", Array(finding.lines.dropFirst()))
      writer.endObject()
    }
    writer.endArray()
  }
}
