import Foundation
import Testing

/// What the README shows is what the programs do.
struct ReadmeTests {
  private static func readme() throws -> String {
    try String(contentsOf: Program.root.appending(path: "README.md"), encoding: .utf8)
  }

  @Test func theCommandsThatItListsAreThere() throws {
    let listed = try Self.readme().split(separator: "\n").filter { $0.hasPrefix("- `notilua ") }
    #expect(listed.count == 20)
    for line in listed {
      let name = String(line.dropFirst("- `notilua ".count).prefix { $0.isLetter || $0 == "-" })
      let help = try Program.run([name, "--help"], input: "")
      #expect(help.status == 0)
      #expect(help.text.contains("Example"), "\(name) has no example in its help")
    }
  }

  @Test func thePluginThatItShowsMasks() throws {
    let readme = try Self.readme()
    let source = try #require(readme.components(separatedBy: "```lua\n").dropFirst().first)
      .components(separatedBy: "```")[0]
    try Program.withFolder { folder in
      let plugin = folder.appending(path: "p.lua")
      try source.write(to: plugin, atomically: true, encoding: .utf8)
      let ended = try Program.run(
        ["run", "--quiet", "--plugin", plugin.path], input: #"{"aps":{"alert":"code 123456"}}"#)
      #expect(ended.text == #"{"aps":{"alert":"code ****"}}"#)
      let checked = try Program.run(["check", "--plugin", plugin.path], input: "")
      #expect(checked.text == "1 plugin, 0 errors, 0 warnings\n")
    }
  }

  @Test func theTestThatItShowsFailsAsShown() throws {
    let readme = try Self.readme()
    let section = try #require(readme.components(separatedBy: "\n## A test\n").dropFirst().first)
    let cases = try #require(section.components(separatedBy: "```yaml\n").dropFirst().first)
      .components(separatedBy: "```")[0]
    let plugin = try #require(readme.components(separatedBy: "```lua\n").dropFirst().first)
      .components(separatedBy: "```")[0]
    try Program.withFolder { folder in
      let tests = folder.appending(path: "plugins/mask/tests")
      try FileManager.default.createDirectory(at: tests, withIntermediateDirectories: true)
      try plugin.write(
        to: folder.appending(path: "plugins/mask/init.lua"), atomically: true, encoding: .utf8)
      try cases.write(to: tests.appending(path: "cases.yaml"), atomically: true, encoding: .utf8)
      let ended = try Program.run(["test"], in: folder)
      #expect(ended.status == 1)
      let shown =
        section.split(separator: "\n").filter { $0.hasPrefix("    ") && !$0.hasPrefix("    $") }
        .prefix(8).map { $0.dropFirst(4) }.joined(separator: "\n") + "\n"
      let time = /in \d\.\d\d s/
      #expect(ended.text.replacing(time, with: "") == shown.replacing(time, with: ""))
    }
  }

  @Test(arguments: [("README.md", 2), ("Sources/Notilua/Notilua.docc/ConfiguringNotilua.md", 3)])
  func theConfigurationThatItShowsIsOne(_ page: String, _ plugins: Int) throws {
    let text = try String(contentsOf: Program.root.appending(path: page), encoding: .utf8)
    let yaml = try #require(
      text.components(separatedBy: "```yaml\n").dropFirst().first { $0.hasPrefix("plugins:") }
    ).components(separatedBy: "```")[0]
    try Program.withFolder { folder in
      try FileManager.default.createSymbolicLink(
        at: folder.appending(path: "plugins"), withDestinationURL: Program.root.appending(path: "plugins"))
      // With the key that the page leaves out, which is a file of the operator's.
      let key = folder.appending(path: "inbox.key")
      try String(repeating: "0f", count: 32).write(to: key, atomically: true, encoding: .utf8)
      #expect(chmod(key.path, 0o600) == 0)
      try yaml.replacing("# keys:", with: "keys:").replacing("/etc/notilua/inbox.key", with: "inbox.key")
        .write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let ended = try Program.run(["check"], in: folder)
      #expect(ended.status == 0, "\(ended.text)\(ended.errors)")
      #expect(ended.text == "\(plugins) plugins, 0 errors, 0 warnings\n")
    }
  }

  @Test func theSwiftProgramThatItShowsIsTheExample() throws {
    let shown = try #require(try Self.readme().components(separatedBy: "```swift\n").dropFirst().first)
      .components(separatedBy: "```")[0]
    let source = try String(
      contentsOf: Program.root.appending(path: "examples/2-swift-program/main.swift"), encoding: .utf8)
    #expect(source.hasSuffix(shown))
    let ended = try Program.run([], program: "SwiftProgram")
    #expect(ended.status == 0)
    #expect(ended.text == "deliver {\"aps\":{\"alert\":\"Code ******\"}}\n")
    #expect(try Self.readme().contains("prints `\(ended.text.dropLast())`"))
  }

  @Test func theGuideOfPluginsShowsPluginsThatLoad() throws {
    let guide = try String(
      contentsOf: Program.root.appending(path: "Sources/Notilua/Notilua.docc/WritingAPlugin.md"),
      encoding: .utf8)
    let source = try #require(guide.components(separatedBy: "```lua\n").dropFirst().first)
      .components(separatedBy: "```")[0]
    try Program.withFolder { folder in
      let plugin = folder.appending(path: "from.lua")
      try source.write(to: plugin, atomically: true, encoding: .utf8)
      #expect(
        try Program.run(["check", "--plugin", plugin.path], input: "").text
          == "1 plugin, 0 errors, 0 warnings\n")
      let explained = try Program.run(
        ["explain", "--plugin", plugin.path, "examples/1-first-filter/payloads.ndjson", "--line", "1"],
        input: "")
      #expect(explained.status == 0)
      #expect(explained.text.contains("\"title\":\"From 2121\""))
    }
  }

  /// The outcomes that the guide shows are those of the plugins that it names.
  @Test func theOutcomesThatTheGuideShowsAreOurs() throws {
    let guide = try String(
      contentsOf: Program.root.appending(path: "Sources/Notilua/Notilua.docc/LinesAndOutcomes.md"),
      encoding: .utf8)
    let input =
      #"{"aps":{"alert":"Your code is 482913"},"rc":{"id":"5FSClm2gQ9V9BZ-kUZn58B"}}"# + "\n\n"
      + #"{"aps":{"alert":"recalled"},"rc":{"id":"B","rc-dlt-identifier":"A"}}"# + "\n{\"aps\":\n"
    let ended = try Program.run(
      ["run", "--emit", "outcomes", "--plugin", "plugins/recall", "--plugin", "plugins/mask-digits"],
      input: input)
    // Time is another each run, and the first has no `rc` in the guide.
    let pattern = /"us":\d+/
    let shown = guide.split(separator: "\n").filter { $0.hasPrefix("    {\"line\":") }
      .map { $0.dropFirst(4).replacing(pattern, with: "") }
    let written = ended.text.split(separator: "\n").map {
      $0.replacing(pattern, with: "").replacing(#","rc":{"id":"5FSClm2gQ9V9BZ-kUZn58B"}"#, with: "")
    }
    #expect(shown.count == 3)
    #expect(shown == written)
  }

  /// Every page and file that the README and the guides point to is there.
  @Test func whatPagesPointToIsThere() throws {
    let guides = Program.root.appending(path: "Sources/Notilua/Notilua.docc")
    let names = try FileManager.default.contentsOfDirectory(atPath: guides.path).filter {
      $0.hasSuffix(".md")
    }
    for name in names {
      let text = try String(contentsOf: guides.appending(path: name), encoding: .utf8)
      for link in text.matches(of: /<doc:([A-Za-z]+)>/) { #expect(names.contains("\(link.1).md"), "\(name)") }
    }
    for link in try Self.readme().matches(of: /\]\(([^)]+)\)/) {
      #expect(FileManager.default.fileExists(atPath: Program.root.appending(path: String(link.1)).path))
    }
  }
}
