import ConfigurationFiles
import Notilua

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
  var warningLines: [String] {
    warnings.flatMap { ["warning: \($0.finding.lines[0])"] + $0.finding.lines.dropFirst() }
  }
}

extension Duration {
  /// Seconds with six digits behind the point.
  var secondsText: String {
    let microseconds = Int(self / .microseconds(1))
    let rest = String(microseconds % 1_000_000)
    return "\(microseconds / 1_000_000)." + String(repeating: "0", count: 6 - rest.count) + rest
  }
}
