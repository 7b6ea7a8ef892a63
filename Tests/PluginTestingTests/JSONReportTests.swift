import ConfigurationFiles
import Foundation
import Notilua
import PluginTesting
import Testing

/// The report for programs, read by Foundation.
struct JSONReportTests {
  @Test func resultsAreThere() throws {
    let text = TestReportForm.json.text(Results.report, errors: [HostError(.usage, "broken")])
    let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(report["passed"] as? Int == 1)
    #expect(report["failed"] as? Int == 1)
    #expect(report["us"] as? Int == 2_000_000)
    #expect(report["errors"] as? [String] == ["broken"])
    let tests = try #require(report["tests"] as? [[String: Any]])
    #expect(tests.map { $0["status"] as? String } == ["passed", "failed", "skipped"])
    #expect(tests[1]["name"] as? String == "fails # \"<&>\"\n")
    #expect(tests[1]["log"] as? [String] == ["p: info: seen"])
    #expect((tests[1]["failures"] as? [[String: Any]])?.first?["subject"] as? String == "payload")
    #expect(tests[2]["reason"] as? String == "later # maybe")
  }
}
