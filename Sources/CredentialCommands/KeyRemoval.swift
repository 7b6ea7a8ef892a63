import APNsCredentials
import ArgumentParser
import ClientKeys
import CommandSupport
import ConfigurationFiles
import TerminalPages

/// A key that a command takes out of a file.
struct KeyRemoval<Place: KeyPlace>: ParsableArguments {
  @OptionGroup var place: Place

  @Argument(help: ArgumentHelp("The key id.", valueName: "id"))
  var keyID: String

  /// Takes the key out.
  ///
  /// - Parameter word: what it is called then.
  func carryOut(_ word: String) throws {
    let file = try failing { () throws(HostError) in try place.file() }
    try holdingSecrets { () throws(CredentialError) in try file.remove(keyID) }
    try output("\(keyID): \(word)\n")
  }
}
