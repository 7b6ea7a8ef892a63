import PluginTesting
import PluginTools
import TerminalPages
import Testing

/// Results of tests as people read them.
struct TestReportTextTests {
  private let text = TestReportText(style: Palette(hasColor: false))

  private func result(_ status: TestResult.Status, _ milliseconds: Int = 12) -> TestResult {
    var result = TestResult(subject: "p", name: "n", file: "p/tests/cases.yaml", line: 3, status: status)
    result.duration = .milliseconds(milliseconds)
    return result
  }

  @Test func aLineHasTheResultAndItsTime() {
    #expect(text.line(result(.passed)).string == "ok    p: n  12.0 ms\n")
    #expect(text.line(result(.failed)).string == "FAIL  p: n  12.0 ms\n")
    #expect(text.line(result(.skipped("later"))).string == "skip  p: n  later\n")
  }

  @Test func theSummaryCountsWhatThereIs() {
    var report = TestRunner.Report()
    report.results = [result(.passed), result(.failed), result(.skipped("x"))]
    report.duration = .milliseconds(1_050)
    report.writtenSnapshots = 1
    #expect(
      text.summary(report, errors: 2, unread: 0).string
        == "1 passed, 1 failed, 1 skipped, 2 could not be read, 1 snapshot written in 1.05 s\n")
    #expect(text.summary(TestRunner.Report(), errors: 0, unread: 0).string == "0 passed in 0.00 s\n")
  }

  /// Lines that were not run stand as ranges where no line with code between them was run.
  @Test func linesThatWereNotRunAreRanges() {
    var coverage = Coverage.File(path: "p/init.lua")
    coverage.hits = [1: 1, 2: 0, 4: 0, 5: 3, 7: 0, 9: 1]
    let lines = text.coverage([coverage]).string.split(separator: "\n").map(String.init)
    #expect(lines.first?.hasSuffix("not run: 2-4, 7") ?? false, "\(lines)")
    #expect(lines.first?.contains("50.0 %") ?? false)
    #expect(lines.last?.hasPrefix("all") ?? false)
  }

  @Test func aFailureShowsBothValues() {
    var failed = result(.failed)
    failed.failures = [
      TestFailure("payload", "is another", details: [.expected("1\n2"), .actual("\u{1B}3")])
    ]
    let lines = text.failure(failed).string
    #expect(lines.contains("      p/tests/cases.yaml:3\n"))
    #expect(lines.contains("expected 1\n"))
    #expect(lines.contains("got      "))
    #expect(!lines.contains("\u{1B}"))
  }
}
