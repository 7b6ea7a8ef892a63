import Foundation
import Testing

/// The help of every command can be read and copied on a terminal of 80 columns.
struct HelpTests {
  private static func help(_ command: [String]) throws -> String {
    let ended = try Program.run(command + ["--help"], environment: ["COLUMNS": "80"])
    try #require(ended.status == 0, "\(ended.errors)")
    return ended.text
  }

  /// A command and all below it.
  private static func commands(_ command: [String]) throws -> [[String]] {
    let parts = try help(command).components(separatedBy: "\nSUBCOMMANDS:\n")
    guard parts.count > 1 else { return [command] }
    let names = parts[1].split(separator: "\n").compactMap { line in
      line.firstMatch(of: /^  ([a-z][a-z-]*)(  |$|\s*\(default)/).map { String($0.1) }
    }
    return try [command] + names.flatMap { try commands(command + [$0]) }
  }

  /// The examples of a help page, each with the lines that it goes on in.
  private static func examples(_ page: String) -> [String] {
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(where: { $0 == "Example:" || $0 == "Examples:" }) else { return [] }
    return lines[(start + 1)...].prefix { !$0.isEmpty }.joined(separator: "\n")
      .replacing(#/ \\\n +/#, with: " ").split(separator: "\n").map(String.init)
  }

  @Test func everyCommandHasExamplesThatCanBeCopied() throws {
    let commands = try Self.commands([])
    #expect(commands.count > 30 && commands.contains(["outbox", "list"]))
    for command in commands {
      let page = try Self.help(command)
      let name = (["notilua"] + command).joined(separator: " ")
      let examples = Self.examples(page)
      #expect(!examples.isEmpty, "\(name) has no example")
      for example in examples {
        // What was wrapped begins without the two blanks.
        #expect(example.hasPrefix("  ") && !example.hasPrefix("    "), "\(name): \(example)")
        #expect(!example.contains("…"), "\(name): \(example)")
      }
      #expect(examples.contains { $0.contains("notilua") }, "\(name)")
      if !command.isEmpty, command.last != command.first || !page.contains("\nSUBCOMMANDS:\n") {
        #expect(examples.contains { $0.contains(name) }, "\(name) is in none of its examples")
      }
      // A flag that an example has is one of the command's.
      for example in examples where example.contains(name + " ") {
        let own = example.components(separatedBy: name + " ")[1].prefix { !"|&<>".contains($0) }
        for flag in own.matches(of: /(?:^| )(--[a-z-]+)/) {
          #expect(page.contains(String(flag.1)), "\(name): \(flag.1)")
        }
      }
      let text = page.components(separatedBy: "\nUSAGE:")[0]
      for line in text.split(separator: "\n") {
        #expect(line.count <= 80, "\(name): \(line)")
        // Tables and examples are indented.
        if !line.hasPrefix("  ") { #expect(!line.contains("   "), "\(name): \(line)") }
      }
    }
  }

  @Test func theFolderOfCredentialsHasBothNamesEverywhere() throws {
    for command in [
      ["run"], ["send"], ["credentials", "add"], ["credentials", "list"], ["credentials", "check"],
    ] {
      let page = try Self.help(command)
      #expect(page.contains("--credentials") && page.contains("--store"), "\(command)")
    }
    try Program.withFolder { parent in
      let folder = parent.appending(path: "store")
      for option in ["--store", "--credentials"] {
        let ended = try Program.run(["credentials", "list", option, folder.path])
        #expect(
          ended.status == 0 && ended.text.contains("no credentials in \(folder.path)"), "\(ended.errors)")
      }
    }
  }

  @Test func theVersionNamesTheProgram() throws {
    let ended = try Program.run(["--version"])
    #expect(ended.status == 0 && ended.text.wholeMatch(of: /notilua \d+\.\d+\.\d+\n/) != nil, "\(ended.text)")
  }
}
