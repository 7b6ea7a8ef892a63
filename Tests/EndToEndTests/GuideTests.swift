import Foundation
import Testing

/// The guide's story is true: its files are written and its commands run, in the order of the page.
struct GuideTests {
  @Test func testingPluginsTakesAnAuthorFromNothingToCI() throws {
    let page = try String(
      contentsOf: Program.root.appending(path: "Sources/Notilua/Notilua.docc/TestingPlugins.md"),
      encoding: .utf8)
    try Program.withFolder { folder in
      var commands = 0
      var lastOutput = ""
      for block in page.components(separatedBy: "\n```").dropFirst().enumerated().filter({
        $0.offset % 2 == 0
      }) {
        let head = block.element.prefix { $0 != "\n" }
        let body = String(block.element.dropFirst(head.count + 1)) + "\n"
        let words = head.split(separator: " ")
        if words.first == "sh" {
          for line in body.split(separator: "\n") {
            let parts = line.components(separatedBy: "  # status ")
            let ended = try Self.run(parts[0], in: folder)
            #expect(
              ended.status == Int32(parts.count > 1 ? parts[1] : "0"), "\(line): \(ended.text)\(ended.errors)"
            )
            lastOutput = parts.count > 1 ? ended.text : lastOutput
            commands += 1
          }
        } else if words.count == 2 {
          let file = folder.appending(path: String(words[1]))
          try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
          try body.write(to: file, atomically: true, encoding: .utf8)
        }
      }
      #expect(commands == 17)
      // The failure that the page shows is the one that the author sees.
      let shown = page.split(separator: "\n").filter {
        $0.hasPrefix("    FAIL ") || $0.hasPrefix("          ")
      }
      .map { String($0.dropFirst(4)) }
      #expect(shown.count == 7)
      #expect(lastOutput.hasPrefix(shown.joined(separator: "\n") + "\n"), "\(lastOutput)")
      for file in [
        "coverage/index.html", "coverage.info", "tests.xml",
        "plugins/mark-news/tests/whole.snapshots/a-usual-payload.json",
      ] {
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: file).path), "\(file)")
      }
      let sample = try String(contentsOf: folder.appending(path: "sample.ndjson"), encoding: .utf8)
      #expect(!sample.contains("ada") && !sample.contains("Bonn") && sample.contains("\"kind\":\"news\""))
    }
  }

  /// By a shell, as the author has it.
  private static func run(_ command: String, in folder: URL) throws -> Program.Ended {
    let script = folder.appending(path: ".script")
    try "PATH=\(Program.folder.path):$PATH\n\(command)\n".write(to: script, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: script) }
    return try Program.run([script.path], program: "/bin/sh", in: folder)
  }
}
