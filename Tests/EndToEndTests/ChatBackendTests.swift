import Foundation
import Testing

/// The example of a chat backend does what its page says.
struct ChatBackendTests {
  private static let example = Program.root.appending(path: "examples/9-chat-backend")

  @Test func itIsSmallAndUsesTheStandardLibraryAlone() throws {
    let source = try String(contentsOf: Self.example.appending(path: "backend.py"), encoding: .utf8)
    #expect(source.split(separator: "\n", omittingEmptySubsequences: false).count - 1 <= 60)
    let imports = source.matches(of: /(?m)^import (\S+)/).map { String($0.1) }
    #expect(imports == ["http.client", "json", "shlex", "sys", "urllib.parse"])
  }

  /// The commands of the README, in its order; what it shows is what comes.
  @Test func thePageIsTrue() throws {
    let page = try String(contentsOf: Self.example.appending(path: "README.md"), encoding: .utf8)
    let parts = page.components(separatedBy: "\n\n").filter { $0.hasPrefix("    ") }.map { part in
      part.split(separator: "\n").map { String($0.dropFirst(4)) }
    }
    try #require(parts.count == 2)
    try Program.withFolder { folder in
      for name in ["backend.py", "commands", "notilua.yaml", "threads.lua"] {
        try FileManager.default.copyItem(
          at: Self.example.appending(path: name), to: folder.appending(path: name))
      }
      var background: [Process] = []
      defer { for process in background { process.terminate() } }
      var shown = ""
      for line in parts[0] {
        guard line.hasSuffix(" &") else {
          let ended = try GuidePage.run(line, in: folder)
          #expect(ended.status == 0, "\(line): \(ended.errors)")
          if line.hasPrefix("python3") { shown = ended.text }
          continue
        }
        let process = Program.process(["-c", "umask 022; exec \(line.dropLast(2))"], program: "/bin/sh")
        process.currentDirectoryURL = folder
        process.environment = ["PATH": "\(Program.folder.path):/usr/bin:/bin"]
        try process.run()
        background.append(process)
      }
      #expect(shown == parts[1].joined(separator: "\n") + "\n")
      let arrived = try String(contentsOf: folder.appending(path: "arrived.ndjson"), encoding: .utf8)
      #expect(arrived.contains("Are you coming?") && arrived.contains(#""thread-id":"ben""#), "\(arrived)")
    }
  }
}
