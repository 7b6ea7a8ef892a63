import Foundation
import Testing

/// The mistakes of beginners, and what the program says of each: `Beginners/*.md`, where both are to be read.
///
/// A section has a plugin, and the files and commands around it. `NOTILUA_WRITE_GOLDEN=1` writes the messages anew: read what changed.
struct BeginnersTests {
  private static let folder = Program.root.appending(path: "Tests/EndToEndTests/Beginners")

  private static let pages = ["apple", "files", "javascript", "lua", "plugins", "python", "tests", "values"]

  /// A part of a section between fences.
  private struct Block {
    /// What stands behind the fence: the language, and a path or `handler`.
    var words: [Substring]
    var body: String
    /// The text before the fence and the fence itself.
    var before: String
  }

  private static func blocks(_ section: String) -> (blocks: [Block], rest: String) {
    let parts = section.components(separatedBy: "```")
    let blocks = stride(from: 1, to: parts.count, by: 2).map { index in
      let head = parts[index].prefix { $0 != "\n" }
      return Block(
        words: head.split(separator: " "), body: String(parts[index].dropFirst(head.count + 1)),
        before: parts[index - 1] + "```" + head + "\n")
    }
    return (blocks, parts.last ?? "")
  }

  /// A plugin around the lines of a handler, on the first of them, so that the lines keep their numbers.
  private static func handler(_ body: String) -> String {
    "local plugin = { description = \"d\" }; function plugin.time_will_expire() end; "
      + "function plugin.did_receive(request, content) \(body)end\nreturn plugin\n"
  }

  private static func write(_ block: Block, in folder: URL) throws {
    var text = block.body
    let place: String
    switch block.words.dropFirst().first ?? "" {
    case "handler":
      text = handler(text)
      place = "plugins/x/init.lua"
    case "", "latin-1", "utf-16": place = block.words[0] == "json" ? "payload.json" : "plugins/x/init.lua"
    case let path: place = String(path)
    }
    let file = folder.appending(path: place)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let encoding: String.Encoding =
      block.words.last == "latin-1" ? .isoLatin1 : block.words.last == "utf-16" ? .utf16 : .utf8
    try #require(text.data(using: encoding)).write(to: file)
  }

  private static let payload = """
    {"aps":{"alert":{"title":"Ada","body":"Lunch at 12?"},"badge":3,"mutable-content":1},\
    "user":{"id":7,"name":"Ada","nick":null},"tags":["a","b"]}

    """

  /// Runs a command, and gives what a person would look at: what is the same each time, and no notification that came in.
  private static func output(_ command: Substring, in folder: URL) throws -> String {
    var words = command.split(separator: " ").dropFirst().map(String.init)
    if words.first == "explain" { words.append("payload.json") }
    let ended = try Program.run(words, in: folder)
    var lines = (ended.text + ended.errors).split(separator: "\n", omittingEmptySubsequences: true)
      .map(String.init)
    if words.first == "explain" {
      lines.removeAll {
        // Where it was, what came in, and the calls with their variables.
        $0.contains(/^[0-9a-f-]{36} +payload/) || $0.hasPrefix("  {") || $0.hasPrefix("  A device would")
          || $0.contains(#/^ {6}at /#) || $0.contains(#/^ {10}/#) || $0.contains("calls between are left out")
      }
    }
    return lines.map {
      $0.replacing(#/ {2}\d[\d.,]* [µm]?s, \d[\d.,]* [KM]iB$/#, with: "").replacing(
        #/ in \d+\.\d+ s$/#, with: "")
        + "\n"
    }.joined()
  }

  /// A section with the messages as they are now.
  private static func section(_ section: String) throws -> String {
    try Program.withFolder { folder in
      try payload.write(to: folder.appending(path: "payload.json"), atomically: true, encoding: .utf8)
      let (blocks, rest) = blocks(section)
      var text = ""
      for block in blocks {
        text += block.before
        if block.words.first == "console" {
          for command in block.body.split(separator: "\n") where command.hasPrefix("$ ") {
            text += "\(command)\n" + (try output(command.dropFirst(2), in: folder))
          }
        } else {
          try write(block, in: folder)
          text += block.body
        }
        text += "```"
      }
      return text + rest
    }
  }

  @Test(arguments: pages) func saysWhereWhatAndWhatToDo(_ page: String) throws {
    let file = Self.folder.appending(path: "\(page).md")
    let golden = try String(contentsOf: file, encoding: .utf8)
    let sections = golden.components(separatedBy: "\n## ")
    var found = sections[0]
    for section in sections.dropFirst() {
      let now = try Self.section(section)
      #expect(now == section)
      found += "\n## " + now
    }
    if ProcessInfo.processInfo.environment["NOTILUA_WRITE_GOLDEN"] != nil {
      try found.write(to: file, atomically: true, encoding: .utf8)
    }
  }

  @Test func thereAreSixtyMistakesOrMore() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
    #expect(names == Self.pages.map { "\($0).md" })
    let count = try names.reduce(0) { count, name in
      let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
      return count + text.components(separatedBy: "\n## ").count - 1
    }
    #expect(count >= 60)
  }
}
