import FileReading
import Foundation
import Testing

struct ReadingLimitTests {
  /// The table of the guide is the table of the program.
  @Test func standsInTheGuide() throws {
    let guide = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/Notilua/Notilua.docc/ConfiguringNotilua.md")
    let rows = try String(contentsOf: guide, encoding: .utf8).split(separator: "\n")
      .drop { !$0.hasPrefix("## Limits of what is read") }.filter { $0.hasPrefix("| ") }.dropFirst(2)
    #expect(rows.map(String.init) == ReadingLimit.all.map { "| \($0.subject) | \($0.text) |" })
  }
}
