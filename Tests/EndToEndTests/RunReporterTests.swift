import Foundation
import Testing

/// What a run tells people, who need no thousand lines of one kind.
struct RunReporterTests {
  @Test func rejectsThatRepeatAreSummarised() throws {
    let bad = String(repeating: "x\n", count: 30_000) + String(repeating: "[]\n", count: 20)
    let ended = try Program.run(["run", "--no-plugins"], input: bad + "{\"aps\":{}}\n")
    #expect(ended.status == 1 && ended.text == "{\"aps\":{}}\n")
    let lines = ended.errors.split(separator: "\n")
    // The first ten of each cause, then each thousandth.
    #expect(lines.count { $0.contains("rejected at byte 0: ") } == 10 + 30 + 10)
    #expect(lines.count { $0.contains("from here on every thousandth is shown") } == 2)
    #expect(lines.contains { $0.contains("30,020 rejected") })
    #expect(
      lines.contains {
        $0.hasPrefix("notilua: rejected: ") && $0.contains(" (30,000); ") && $0.hasSuffix(" (20)")
      },
      "\(lines.suffix(3))")
  }
}
