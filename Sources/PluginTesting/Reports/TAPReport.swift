import ConfigurationFiles
import NotificationModel
import Notilua

/// The Test Anything Protocol, version 13 (testanything.org).
struct TAPReport {
  private(set) var text: String

  init(_ report: TestRunner.Report, _ errors: [HostError]) {
    text = "TAP version 13\n1..\(report.results.count + errors.count)\n"
    for (index, result) in report.results.enumerated() {
      let name = Self.escaped("\(result.subject): \(result.roundName)")
      switch result.status {
      case .passed:
        text += "ok \(index + 1) - \(name)\n"
        for line in result.warningLines { text += "# \(Self.escaped(line))\n" }
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

  /// Returns a text as one line, on which a terminal acts on nothing; a `#` would begin a directive.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("#", with: "\\#").replacing("\n", with: " ").printable
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
