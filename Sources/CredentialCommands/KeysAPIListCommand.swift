import ArgumentParser
import ClientKeys
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

  @OptionGroup var listing: KeyListing<APIKeyPlace>

  func run() throws {
    try listing.show { keys in
      var table = TextTable([
        "KEY ID", "LABEL", "SCOPES", "TOPICS", "ENVIRONMENTS", "RATE", "FORMER KEY UNTIL",
      ])
      for key in keys {
        let (text, grant) = (APIKeyText(key), KeyGrantText(key.grant))
        table.add([
          key.keyID, key.label.isEmpty ? "-" : key.label, text.scopes, text.topics, grant.environments,
          grant.rate, key.former.map { Timestamp.text($0.until) } ?? "-",
        ])
      }
      return table
    }
  }
}
