import ConfigurationFiles
import Notilua
import PluginTesting
import Testing

/// The Test Anything Protocol, version 13: plan, numbers, directives and diagnostics.
struct TAPReportTests {
  private let lines = TestReportForm.tap.text(Results.report, errors: [HostError(.usage, "broken # file")])
    .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)

  @Test func thePlanCountsAll() {
    #expect(lines[0] == "TAP version 13")
    #expect(lines[1] == "1..4")
    #expect(lines.filter { $0.wholeMatch(of: /(not )?ok \d+ - .*/) != nil }.count == 4)
  }

  @Test func onlyDirectivesHaveAnUnescapedSign() {
    let results = lines.filter { $0.hasPrefix("ok ") || $0.hasPrefix("not ok ") }
    #expect(results[0] == "ok 1 - p: passes")
    #expect(results[1].hasPrefix("not ok 2 - p: fails \\# "))
    #expect(results[2] == "ok 3 - q: waits # SKIP later \\# maybe")
    #expect(results[3] == "not ok 4 - broken \\# file")
  }

  @Test func diagnosticsAreABlockOfYAML() throws {
    let start = try #require(lines.firstIndex(of: "  ---"))
    let end = try #require(lines.firstIndex(of: "  ..."))
    #expect(lines[start + 1] == "  at: \"plugins/p/tests/cases.yaml:7\"")
    #expect(lines[start..<end].allSatisfy { $0.hasPrefix("  ") })
    #expect(!lines.joined().contains("\u{1B}"))
  }
}
