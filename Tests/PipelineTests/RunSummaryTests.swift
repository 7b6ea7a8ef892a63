import Glibc
import Pipeline
import Testing
import WorkerHost

/// The last words of a run.
struct RunSummaryTests {
  private static func totals(runs: UInt64, faults: UInt64, passedBy: UInt64) -> PluginTotals {
    var totals = PluginTotals()
    (totals.runs, totals.faults, totals.passedBy) = (runs, faults, passedBy)
    return totals
  }

  @Test func saysWhatCameOfTheLines() {
    var summary = RunSummary()
    (summary.lines, summary.delivered, summary.changed, summary.dropped) = (1_234_567, 1_234_000, 3, 567)
    #expect(
      summary.lines(seconds: 2, plugins: [], [])
        == [
          "notilua: 1,234,567 lines, 1,234,000 delivered, 3 of them changed, 567 dropped, 0 rejected in 2.00 s (617,283/s)"
        ])
    #expect(RunSummary().lines(seconds: 0.1, plugins: [], []) == ["notilua: 0 lines in 0.10 s"])
  }

  @Test func namesThePluginsThatFaulted() {
    var summary = RunSummary()
    (summary.lines, summary.delivered, summary.faults) = (12, 12, 5)
    #expect(
      summary.lines(
        seconds: 1, plugins: ["a", "b"],
        [Self.totals(runs: 12, faults: 0, passedBy: 0), Self.totals(runs: 5, faults: 5, passedBy: 7)])
        == [
          "notilua: 12 lines, 12 delivered, 0 of them changed, 0 dropped, 0 rejected, 5 faults in 1.00 s (12/s)",
          "notilua: b: 5 faults in 5 runs; 7 notifications came while it was in quarantine",
        ])
  }

  @Test(arguments: [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM"), (SIGHUP, "SIGHUP")])
  func saysHowFarAStoppedRunCame(_ signal: Int32, _ name: String) {
    var summary = RunSummary()
    summary.end.signal = signal
    #expect(
      summary.lines(seconds: 1, plugins: [], []).last == "notilua: stopped by \(name); no line was written")
    summary.lastLine = "in:7"
    summary.end.wasCutShort = true
    #expect(
      summary.lines(seconds: 1, plugins: [], []).last
        == "notilua: stopped by \(name); in:7 is the last line written whole; what was read after it is not written"
    )
  }
}
