import APNsCredentials
import ArgumentParser

/// Where a passphrase comes from.
package struct PassphraseOptions: ParsableArguments {
  @Option(
    name: .customLong("passphrase-file"),
    help: ArgumentHelp(
      "A file whose first line is the passphrase of the .p12 or of the encrypted key.", valueName: "file"),
    completion: .file())
  package var file: String?

  @Option(
    name: .customLong("passphrase-env"),
    help: ArgumentHelp("A variable of the environment with the passphrase.", valueName: "name"))
  package var variable: String?

  package func validate() throws {
    if file != nil, variable != nil {
      throw ValidationError("--passphrase-file and --passphrase-env are both given; choose one.")
    }
  }

  package var source: PassphraseSource? { file.map { .file($0) } ?? variable.map { .variable($0) } }
}
