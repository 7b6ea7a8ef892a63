import APNsCredentials
import ArgumentParser
import ClientKeys
import CommandSupport
import ConfigurationFiles
import EventLoop
import TerminalPages

/// `notilua keys api list`: the clients that may use the HTTP API.
struct KeysAPIListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Shows the keys of the HTTP API, and what each is for.",
    discussion: """
      Nothing secret is shown, or known: the file has digests alone.

      Examples:
        notilua keys api list --keys api-keys
        notilua keys api list --json
      """)

  @OptionGroup var place: APIKeyPlace

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
      try output("no keys in \(file.path); 'notilua keys api add' adds one\n")
    } else {
      try output(Self.table(keys))
    }
  }

  private static func table(_ keys: [APIKey]) -> TerminalText {
    var table = TextTable(["KEY ID", "LABEL", "SCOPES", "TOPICS", "ENVIRONMENTS", "RATE", "FORMER KEY UNTIL"])
    for key in keys {
      let (text, grant) = (APIKeyText(key), KeyGrantText(key.grant))
      let former = key.former.map { Timestamp.text($0.until) } ?? "-"
      table.add([
        key.keyID, key.label.isEmpty ? "-" : key.label, text.scopes, text.topics, grant.environments,
        grant.rate,
        former,
      ])
    }
    return table.text(Palette(for: 1))
  }
}
