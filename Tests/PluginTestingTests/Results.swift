import PluginTesting

/// Results of tests for reports.
enum Results {
  /// One that passed, one that failed, one that was skipped; with texts that reports must escape.
  static var report: TestRunner.Report {
    var failed = TestResult(
      subject: "p", name: "fails # \"<&>\"\n", file: "plugins/p/tests/cases.yaml", line: 7, status: .failed,
      failures: [TestFailure("payload", "is another", details: [.expected("\u{1B}[31m1"), .actual("2")])])
    failed.duration = .microseconds(1_500_000)
    failed.log = ["p: info: seen"]
    var report = TestRunner.Report()
    report.results = [
      TestResult(subject: "p", name: "passes", file: "plugins/p/tests/cases.yaml", line: 1, status: .passed),
      failed,
      TestResult(subject: "q", name: "waits", file: "q_test.lua", line: 2, status: .skipped("later # maybe")),
    ]
    report.duration = .seconds(2)
    return report
  }
}
