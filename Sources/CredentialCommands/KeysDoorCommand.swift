import ArgumentParser
import ClientKeys
import CommandSupport
import ConfigurationFiles
import Notilua

/// `notilua keys door`: the clients that may push to the front door.
struct KeysDoorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "door",
    abstract: "Makes, lists and revokes the keys of clients that may push to the front door.",
    discussion: """
      The file of --keys, or of door.keys in the configuration, has the public half of each client's key, with the \
      apps that the client may push to: one JSON object a line, and '#' before a comment. A service that uses the file \
      notices a change within two seconds. The private half is the client's alone, who signs provider tokens with it as for APNs.

      Examples:
        notilua keys door add --keys door-keys --topic com.example.app --out app.p8
        notilua keys door list --keys door-keys
        notilua keys door remove --keys door-keys ABC123DEFG
      """,
    subcommands: [KeysDoorAddCommand.self, KeysDoorListCommand.self, KeysDoorRemoveCommand.self])
}

/// The file of door keys that a command is about.
struct DoorKeyPlace: KeyPlace {
  typealias Key = DoorKey

  @Option(
    help: ArgumentHelp(
      "The file of the keys; without it the one of the configuration (door.keys).", valueName: "file"),
    completion: .file())
  var keys: String?

  @Option(
    help: ArgumentHelp("The configuration; without it ./notilua.yaml, if there is one.", valueName: "file"),
    completion: .configuration)
  var config: String?

  static let name = "door.keys"

  static func path(_ configuration: Configuration) -> String? { configuration.door.keys }
}
