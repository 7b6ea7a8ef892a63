import ArgumentParser

/// `notilua keys`: the keys of others that this host accepts.
package struct KeysCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Makes, lists and revokes the keys of clients that may push to the front door.",
    discussion: """
      Example:
        notilua keys door add --keys door-keys --topic com.example.app --out app.p8
      """,
    subcommands: [KeysDoorCommand.self])

  package init() {}
}
