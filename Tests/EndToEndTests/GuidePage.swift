import Foundation
import Testing

/// A page of the guides, whose files are written and whose commands are run in its order.
struct GuidePage {
  /// A part of the page between fences: commands (`sh`), or a file with its name.
  struct Block {
    /// `sh`, or the kind of the file and its path.
    var words: [String]
    var body: String
    /// What the page shows behind it, as the commands' output: the first lines that are indented.
    var shown: String
  }

  let text: String
  let blocks: [Block]

  init(_ name: String) throws {
    let text = try String(
      contentsOf: Program.root.appending(path: "Sources/Notilua/Notilua.docc/\(name).md"), encoding: .utf8)
    self.text = text
    let parts = text.components(separatedBy: "\n```")
    blocks = stride(from: 1, to: parts.count, by: 2).map { index in
      let head = parts[index].prefix { $0 != "\n" }
      let shown = parts[index + 1].split(separator: "\n", omittingEmptySubsequences: false)
        .drop { !$0.hasPrefix("    ") }.prefix { $0.hasPrefix("    ") }.map { $0.dropFirst(4) + "\n" }
        .joined()
      return Block(
        words: head.split(separator: " ").map(String.init),
        body: String(parts[index].dropFirst(head.count + 1)) + "\n", shown: shown)
    }
  }

  /// Writes the file of a block.
  static func write(_ block: Block, in folder: URL) throws {
    let file = folder.appending(path: block.words[1])
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try block.body.write(to: file, atomically: true, encoding: .utf8)
  }

  /// Runs commands by a shell, as a reader does.
  static func run(_ commands: String, in folder: URL) throws -> Program.Ended {
    let script = folder.appending(path: ".script")
    // The usual mask, under which a file of a shell's can be read by everyone.
    try "umask 022\nPATH=\(Program.folder.path):$PATH\n\(commands)\n".write(
      to: script, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: script) }
    // What waits for something that never comes is an error of the page, and no test without an end.
    return try Program.run(["300", "/bin/sh", script.path], program: "/usr/bin/timeout", in: folder)
  }

  /// Writes all files and runs all commands, which must end with 0.
  ///
  /// - Parameter check: is given each block of commands with what it wrote.
  func follow(in folder: URL, _ check: (Block, String) throws -> Void = { _, _ in }) throws {
    var background: [Process] = []
    defer { for process in background { process.terminate() } }
    for block in blocks {
      guard block.words == ["sh"] else {
        if block.words.count == 2 { try Self.write(block, in: folder) }
        continue
      }
      // A process that stays in the background is not one that a shell of the tests can leave behind.
      var lines = block.body.split(separator: "\n").map(String.init)
      if let first = lines.first, first.hasSuffix(" &") {
        lines.removeFirst()
        let process = Program.process(["-c", "umask 022; exec \(first.dropLast(2))"], program: "/bin/sh")
        process.currentDirectoryURL = folder
        process.environment = ["PATH": "\(Program.folder.path):/usr/bin:/bin"]
        try process.run()
        background.append(process)
      }
      let ended = try Self.run(lines.joined(separator: "\n"), in: folder)
      #expect(ended.status == 0, "\(block.body): \(ended.text)\(ended.errors)")
      try check(block, ended.text)
    }
    try checkModes(in: folder)
  }

  /// Looks whether what commands have left can be read by others, where it has a secret in it.
  func checkModes(in folder: URL) throws {
    let given = Set(blocks.filter { $0.words.count == 2 }.map { $0.words[1] })
    let tokens = text.matches(of: /"device_token":"([0-9a-z]+)"/).map { "\"\($0.1)\"" }
    let secrets = (["PRIVATE KEY-----", "SQLite format 3"] + tokens).map { Data($0.utf8) }
    let suffixes = [".p8", ".p12", ".key", ".pass"]
    let files = try #require(FileManager.default.enumerator(atPath: folder.path))
    for case let name as String in files where !given.contains(name) {
      let file = folder.appending(path: name)
      let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
      guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
      let bytes = try Data(contentsOf: file)
      let isSecret =
        suffixes.contains { name.hasSuffix($0) } || secrets.contains { bytes.firstRange(of: $0) != nil }
      let mode = attributes[.posixPermissions] as? Int ?? 0
      #expect(!isSecret || mode & 0o077 == 0, "\(name) has a secret, and others may read it")
    }
  }
}
