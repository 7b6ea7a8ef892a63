import ArgumentParser
import ClientKeys
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

  @OptionGroup var listing: KeyListing<DoorKeyPlace>

  func run() throws {
    try listing.show { keys in
      var table = TextTable(["KEY ID", "TEAM ID", "TOPICS", "ENVIRONMENTS", "RATE"])
      for key in keys {
        let text = KeyGrantText(key.grant)
        table.add([key.keyID, key.teamID, text.topics, text.environments, text.rate])
      }
      return table
    }
  }
}
