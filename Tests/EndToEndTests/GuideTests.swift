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

  @Test func localisingTakesACatalogFromAnAppToAServer() throws {
    let page = try String(
      contentsOf: Program.root.appending(path: "Sources/Notilua/Notilua.docc/LocalisingNotifications.md"),
      encoding: .utf8)
    try Program.withFolder { folder in
      // What the page has from the repository.
      for name in ["localize", "lib"] {
        let copy = folder.appending(path: "plugins/\(name)")
        try FileManager.default.createDirectory(
          at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: Program.root.appending(path: "plugins/\(name)"), to: copy)
      }
      var commands = 0
      var comparisons = 0
      // What the last commands wrote, until the page shows it.
      var written: String?
      for (number, block) in page.components(separatedBy: "\n```").enumerated() {
        if number.isMultiple(of: 2) {
          let shown = block.split(separator: "\n", omittingEmptySubsequences: false).drop {
            !$0.hasPrefix("    ")
          }
          .prefix { $0.hasPrefix("    ") }.map { $0.dropFirst(4) + "\n" }.joined()
          if let text = written, !shown.isEmpty {
            #expect(text == shown)
            comparisons += 1
          }
          written = nil
          continue
        }
        let head = block.prefix { $0 != "\n" }
        let body = String(block.dropFirst(head.count + 1)) + "\n"
        let words = head.split(separator: " ")
        if words == ["sh"] {
          written = ""
          for line in body.split(separator: "\n") {
            let ended = try Self.run(String(line), in: folder)
            #expect(ended.status == 0, "\(line): \(ended.text)\(ended.errors)")
            written = (written ?? "") + ended.text
            commands += 1
          }
        } else if words.count == 2 {
          let file = folder.appending(path: String(words[1]))
          try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
          try body.write(to: file, atomically: true, encoding: .utf8)
        }
      }
      #expect(commands == 9)
      #expect(comparisons == 6)
      let outcomes = try Self.run("notilua run -q --emit outcomes payloads.ndjson", in: folder)
      let shown = page.split(separator: "\n").first { $0.hasPrefix("    {\"plugin\"") }?.dropFirst(4)
      #expect(outcomes.text.contains("\"localized\":[\(try #require(shown))]"))
    }
  }

  @Test func sendingToAPNsComesToAPushWithoutAnAccount() throws {
    let page = try String(
      contentsOf: Program.root.appending(path: "Sources/Notilua/Notilua.docc/SendingToAPNs.md"),
      encoding: .utf8)
    try Program.withFolder { folder in
      var background: [Process] = []
      var commands = 0
      for (number, block) in page.components(separatedBy: "\n```").enumerated()
      where !number.isMultiple(of: 2) {
        let head = block.prefix { $0 != "\n" }
        let body = String(block.dropFirst(head.count + 1)) + "\n"
        let words = head.split(separator: " ")
        guard words == ["sh"] else {
          try body.write(to: folder.appending(path: String(words[1])), atomically: true, encoding: .utf8)
          continue
        }
        // A process that stays in the background is not one that a shell of the tests can leave behind.
        var lines = body.split(separator: "\n").map(String.init)
        if let first = lines.first, first.hasSuffix(" &") {
          lines.removeFirst()
          let process = Program.process(["-c", "exec \(first.dropLast(2))"], program: "/bin/sh")
          process.currentDirectoryURL = folder
          process.environment = ["PATH": "\(Program.folder.path):/usr/bin:/bin"]
          try process.run()
          background.append(process)
        }
        let ended = try Self.run(lines.joined(separator: "\n"), in: folder)
        #expect(ended.status == 0, "\(body): \(ended.text)\(ended.errors)")
        commands += 1
      }
      for process in background { process.terminate() }
      #expect(commands == 3)
      let read = { (name: String) in try String(contentsOf: folder.appending(path: name), encoding: .utf8) }
      #expect(try read("accepted.ndjson").split(separator: "\n").count == 2)
      #expect(try read("gone.ndjson").contains("\"device_token\":\"bad0410000\",\"reason\":\"Unregistered\""))
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
