import APNsCredentials
import ArgumentParser
import CProcessSandbox
import CommandSupport
import ConfigurationFiles
import Notilua

/// `notilua credentials`: what pushes are authenticated with at APNs.
package struct CredentialsCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "credentials",
    abstract: "Keeps what APNs wants to see: signing keys (.p8) and certificates (.p12).",
    discussion: """
      A credential is a file NAME.json in a folder that only its owner may enter: $NOTILUA_CREDENTIALS, else \
      $XDG_CONFIG_HOME/notilua/credentials, else ~/.config/notilua/credentials, and /etc/notilua/credentials for root. It \
      refers to the .p8 or .p12, or has it sealed. Passphrases come from a file, from the environment or from the \
      terminal, and never from the command line.

      Example:
        notilua credentials add prod AuthKey_ABC123DEFG.p8 --team-id DEF123GHIJ
      """,
    subcommands: [
      CredentialsAddCommand.self, CredentialsListCommand.self, CredentialsCheckCommand.self,
      CredentialsRemoveCommand.self, CredentialsRequestCommand.self, CredentialsConvertCommand.self,
    ])

  package init() {}
}

/// Does what needs secrets, without leaving them in a core file; ends the command with the sentence of an error.
func holdingSecrets<Result>(_ body: () throws(CredentialError) -> Result) throws -> Result {
  ps_forbid_core_files()
  do throws(CredentialError) {
    return try body()
  } catch {
    throw fail(HostError(.plugins, error.message))
  }
}

/// The folder of the credentials.
struct StoreOptions: ParsableArguments {
  @Option(
    name: [.customLong("store"), .customLong("credentials")],
    help: ArgumentHelp(
      "The folder of the credentials; without it the usual one. Both names are the same option.",
      valueName: "folder"), completion: .directory)
  var folder: String?

  func store() throws(CredentialError) -> CredentialStore {
    CredentialStore(
      folder: folder ?? CredentialStore.defaultFolder, sealingKey: try SealingKey.found())
  }
}
