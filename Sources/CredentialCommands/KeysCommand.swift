import ArgumentParser

/// `notilua keys`: the keys of others that this host accepts.
package struct KeysCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Makes, lists and revokes the keys of clients of the front door and of the HTTP API.",
    discussion: """
      Examples:
        notilua keys door add --keys door-keys --topic com.example.app --out app.p8
        notilua keys api add --scope send --topic com.example.app --out app.key
      """,
    subcommands: [KeysDoorCommand.self, KeysAPICommand.self])

  package init() {}
}
