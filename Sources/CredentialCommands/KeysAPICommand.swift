import ArgumentParser
import ClientKeys
import CommandSupport
import Notilua

/// `notilua keys api`: the clients that may use the HTTP API.
struct KeysAPICommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "api",
    abstract: "Makes, lists, rotates and revokes the keys of clients of the HTTP API.",
    discussion: """
      The file of --keys, or of api.keys in the configuration, has the SHA-256 of each key, with the scopes and the apps \
      that it is for: one JSON object a line, and '#' before a comment. A service that uses the file notices a change \
      within two seconds. The key itself is shown once, and kept by its holder alone.

      Examples:
        notilua keys api add --scope send --topic com.example.app --out app.key
        notilua keys api list --keys api-keys
        notilua keys api rotate ABC123DEFG --overlap 1h --out new.key
        notilua keys api revoke --keys api-keys ABC123DEFG
      """,
    subcommands: [
      KeysAPIAddCommand.self, KeysAPIListCommand.self, KeysAPIRotateCommand.self, KeysAPIRevokeCommand.self,
    ])
}

/// The file of the keys of the HTTP API that a command is about.
struct APIKeyPlace: KeyPlace {
  typealias Key = APIKey

  @Option(
    help: ArgumentHelp(
      "The file of the keys; without it the one of the configuration (api.keys).", valueName: "file"),
    completion: .file())
  var keys: String?

  @Option(
    help: ArgumentHelp("The configuration; without it ./notilua.yaml, if there is one.", valueName: "file"),
    completion: .configuration)
  var config: String?

  static let name = "api.keys"

  static func path(_ configuration: Configuration) -> String? { configuration.api.keys }
}
