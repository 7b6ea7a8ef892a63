import APNsCredentials
import ArgumentParser
import ClientKeys
import CommandSupport
import ConfigurationFiles
import TerminalPages

/// `notilua keys door remove`: revokes a client's key.
struct KeysDoorRemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Revokes a key: its client may push no longer.",
    discussion: """
      A service that uses the file refuses the key's tokens within two seconds, those that it has accepted before as well.

      Example:
        notilua keys door remove --keys door-keys ABC123DEFG
      """)

  @OptionGroup var place: DoorKeyPlace

  @Argument(help: ArgumentHelp("The key id.", valueName: "id"))
  var keyID: String

  func run() throws {
    let file = try failing { () throws(HostError) in try place.file() }
    try holdingSecrets { () throws(CredentialError) in try file.remove(keyID) }
    try output("\(keyID): removed\n")
  }
}
