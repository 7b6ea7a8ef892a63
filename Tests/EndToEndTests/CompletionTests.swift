import Foundation
import Testing

/// The scripts that complete `notilua` in a shell offer file names and values.
struct CompletionTests {
  /// An argument of a command, as `--experimental-dump-help` has it.
  private struct Argument: Decodable {
    struct Name: Decodable { var name: String }

    var kind: String
    var names: [Name]?
    var valueName: String?
    var abstract: String?
    var completionKind: Completion?
  }

  private struct Completion: Decodable {
    struct Values: Decodable { var values: [String] }
    struct File: Decodable { var extensions: [String] }
    struct Folder: Decodable {}

    var list: Values?
    var file: File?
    var directory: Folder?
  }

  private struct Command: Decodable {
    var commandName: String
    var arguments: [Argument]?
    var subcommands: [Command]?
  }

  private struct Help: Decodable { var command: Command }

  /// The arguments with a value of a command and all below it, each by the command's name and its own.
  private static func arguments(of command: Command, _ path: String = "") -> [(name: String, Argument)] {
    let own = (command.arguments ?? []).filter { $0.kind != "flag" }.map { argument in
      let name = argument.names?.first.map { "--" + $0.name } ?? argument.valueName ?? ""
      return ("\(path)\(command.commandName) \(name)", argument)
    }
    return own
      + (command.subcommands ?? []).filter { $0.commandName != "help" }
      .flatMap { arguments(of: $0, "\(path)\(command.commandName) ") }
  }

  private static func allArguments() throws -> [(name: String, Argument)] {
    let ended = try Program.run(["--experimental-dump-help"])
    return arguments(of: try JSONDecoder().decode(Help.self, from: ended.output).command)
  }

  /// What a value is called that a shell cannot know.
  private static let free: Set = [
    "action", "address", "argument", "bundle id", "command", "count", "host:port", "id", "key", "lines|%",
    "name",
    "number", "percent", "pointer", "regex", "seconds", "tag", "text", "time", "token", "url",
  ]

  @Test func everyPathAndEveryChoiceIsCompleted() throws {
    let arguments = try Self.allArguments()
    #expect(arguments.count > 150)
    for (name, argument) in arguments {
      let completion = argument.completionKind
      switch argument.valueName ?? "" {
      case "file", "path", "cer", "prefix", "from":
        #expect(completion?.file != nil, "\(name) names a file")
      case "folder":
        #expect(completion?.directory != nil, "\(name) names a folder")
      case let value:
        #expect(Self.free.contains(value) || completion != nil, "\(name) takes a \(value)")
      }
      // A help text that lists words lists what there is to choose from.
      let list = /: ([a-z]+(?:, [a-z]+)* or [a-z]+)(?:[.;]|$)/
      if completion?.file == nil, let words = argument.abstract?.firstMatch(of: list)?.1 {
        let named = Set(words.split(whereSeparator: { ", ".contains($0) }).map(String.init)).subtracting([
          "or"
        ])
        #expect(Set(completion?.list?.values ?? []) == named, "\(name): \(words)")
      }
    }
  }

  @Test func keysThatAreFilesAreCompleted() throws {
    let keys = try Self.allArguments().filter { $0.name == "notilua credentials convert key" }
    #expect(keys.count == 1 && keys.allSatisfy { $0.1.completionKind?.file != nil })
  }

  /// Calls the function that the script registers, as bash does when Tab is pressed behind `words`; gives what it offers.
  private static func offered(_ words: [String], in folder: URL) throws -> [String] {
    let script = try Program.run(["--generate-completion-script", "bash"]).text
    let driver = """
      \(script)
      registered=$(complete -p notilua)
      function=${registered##* -F }
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
      "${function% notilua}" notilua "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let ended = try Program.run(
      ["-c", driver, "bash", "notilua"] + words, program: "/bin/bash", in: folder)
    try #require(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
    return ended.text.split(separator: "\n").map(String.init).sorted()
  }

  @Test func bashOffersFilesAndValues() throws {
    try Program.withFolder { folder in
      for name in ["plugins/badge", "keys", "texts"] {
        try FileManager.default.createDirectory(
          at: folder.appending(path: name), withIntermediateDirectories: true)
      }
      for name in [
        "notilua.yaml", "not a note.txt", "payloads.ndjson", "plugins/mask.lua", "plugins/notes.md",
      ] {
        try Data().write(to: folder.appending(path: name))
      }
      let all = ["keys", "not a note.txt", "notilua.yaml", "payloads.ndjson", "plugins", "texts"]
      for (words, wanted) in [
        (["run", "payl"], ["payloads.ndjson"]),
        (["run", ""], all),
        (["run", "--plugins", "plugins", "<", "payl"], ["payloads.ndjson"]),
        (["run", "--config", "not"], ["notilua.yaml"]),
        // bash cuts words at "=".
        (["run", "--config", "=", "not"], ["notilua.yaml"]),
        (["check", "--plugin", "plug"], ["plugins"]),
        (["check", "--plugin", "plugins/"], ["plugins/badge", "plugins/mask.lua"]),
        (["check", "--plugins", "k"], ["keys"]),
        (["run", "--sink", ""], ["apns", "desktop", "lines"]),
        (["run", "--sink", "=", "d"], ["desktop"]),
        (["run", "--on-fault", ""], ["drop", "halt", "original", "skip"]),
        (["preview", "--form", ""], ["banner", "expanded", "hidden", "lock"]),
        (["preview", "--compare", "notilua.yaml", "--form", "ex"], ["expanded"]),
        (["test", "--report", ""], ["json=", "junit=", "tap="]),
        // Nothing, so that bash offers every file.
        (["test", "--report", "junit", "=", "n"], []),
        (["run", "--topic", ""], []),
        (["test", "--coverage", ""], ["cobertura=", "html=", "lcov=", "text"]),
        (["credentials", "add", "chat", "k"], ["keys"]),
        (["credentials", "add", "--application", "dev"], ["development"]),
        (["outbox", "list", "--state", "w"], ["waiting"]),
        (["strings", "show", "--device", "ipa"], ["ipad"]),
        (["pre"], ["preview"]),
        (["run", "--no-pl"], ["--no-plugins"]),
      ] {
        #expect(try Self.offered(words, in: folder) == wanted, "\(words)")
      }
    }
  }

  @Test func whereItOffersNothingBashCompletesByItself() throws {
    let script = try Program.run(["--generate-completion-script", "bash"]).text
    let registered = script.split(separator: "\n").last { $0.hasPrefix("complete ") }
    #expect(registered?.contains(" -o default ") == true)
    for shell in ["zsh", "fish"] {
      #expect(try Program.run(["--generate-completion-script", shell]).text.contains("notilua"))
    }
  }
}
