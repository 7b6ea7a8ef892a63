import APNsCredentials
import ArgumentParser

/// The source of a passphrase.
struct PassphraseOptions: ParsableArguments {
  @Option(
    name: .customLong("passphrase-file"),
    help: ArgumentHelp(
      "A file whose first line is the passphrase of the .p12 or of the encrypted key.", valueName: "file"),
    completion: .file())
  var file: String?

  @Option(
    name: .customLong("passphrase-env"),
    help: ArgumentHelp("A variable of the environment with the passphrase.", valueName: "name"))
  var variable: String?

  func validate() throws {
    if file != nil, variable != nil {
      throw ValidationError("--passphrase-file and --passphrase-env are both given; choose one.")
    }
  }

  var source: PassphraseSource? { file.map { .file($0) } ?? variable.map { .variable($0) } }
}
