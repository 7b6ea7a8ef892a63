import APNsCredentials
import ArgumentParser
import ClientKeys
import CommandSupport
import ConfigurationFiles
import TerminalPages

/// `notilua keys door list`: the clients that may push.
struct KeysDoorListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Shows the keys of the clients that may push, and what each may.",
    discussion: """
      Nothing secret is shown, or known: the file has public halves alone.

      Examples:
        notilua keys door list --keys door-keys
        notilua keys door list --json
      """)

  @OptionGroup var place: DoorKeyPlace

  @Flag(help: "Write a JSON object a line, as the file has it.")
  var json = false

  func run() throws {
    let file = try failing { () throws(HostError) in try place.file() }
    let keys = try holdingSecrets { () throws(CredentialError) in
      guard let keys = try file.keys() else { throw file.missing }
      return keys
    }
    if json {
      try outputData(keys.map { $0.line + "\n" }.joined())
    } else if keys.isEmpty {
      try output("no keys in \(file.path); 'notilua keys door add' adds one\n")
    } else {
      var table = TextTable(["KEY ID", "TEAM ID", "TOPICS", "ENVIRONMENTS", "RATE"])
      for key in keys {
        let text = KeyGrantText(key.grant)
        table.add([key.keyID, key.teamID, text.topics, text.environments, text.rate])
      }
      try output(table.text(Palette(for: 1)))
    }
  }
}
