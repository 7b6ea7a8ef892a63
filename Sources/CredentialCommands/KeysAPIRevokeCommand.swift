import APNsCredentials
import ArgumentParser
import ClientKeys
import CommandSupport
import ConfigurationFiles
import TerminalPages

/// `notilua keys api revoke`: ends what a client may do.
struct KeysAPIRevokeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Revokes a key of the HTTP API.",
    discussion: """
      A service that uses the file refuses the key within two seconds. Notifications that were accepted stay accepted.

      Example:
        notilua keys api revoke --keys api-keys ABC123DEFG
      """)

  @OptionGroup var place: APIKeyPlace

  @Argument(help: ArgumentHelp("The key id.", valueName: "id"))
  var keyID: String

  func run() throws {
    let file = try failing { () throws(HostError) in try place.file() }
    try holdingSecrets { () throws(CredentialError) in try file.remove(keyID) }
    try output("\(keyID): revoked\n")
  }
}
