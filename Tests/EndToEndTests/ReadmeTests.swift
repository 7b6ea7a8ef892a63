import Foundation
import Testing

/// What the README shows is what the programs do.
struct ReadmeTests {
  private static func readme() throws -> String {
    try String(contentsOf: Program.root.appending(path: "README.md"), encoding: .utf8)
  }

  @Test func theCommandsThatItListsAreThere() throws {
    let listed = try Self.readme().split(separator: "\n").filter { $0.hasPrefix("- `notilua ") }
    #expect(listed.count == 4)
    for line in listed {
      let name = String(line.dropFirst("- `notilua ".count).prefix { $0.isLetter })
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
    }
  }

  @Test func theConfigurationThatItShowsIsOne() throws {
    let yaml = try #require(try Self.readme().components(separatedBy: "```yaml\n").dropFirst().first)
      .components(separatedBy: "```")[0]
    try Program.withFolder { folder in
      // All but the key, which is a file of the operator's.
      let lines = yaml.split(separator: "\n").filter { !$0.hasPrefix("keys:") }
      try lines.joined(separator: "\n").replacing("path: plugins", with: "path: \(Program.root.path)/plugins")
        .write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let ended = try Program.run(["check"], in: folder)
      #expect(ended.status == 0, "\(ended.text)\(ended.errors)")
      #expect(ended.text == "2 plugins, 0 errors, 0 warnings\n")
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
}
