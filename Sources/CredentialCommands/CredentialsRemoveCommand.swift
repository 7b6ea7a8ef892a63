import APNsCredentials
import ArgumentParser
import CommandSupport
import TerminalPages

/// `notilua credentials remove`: takes a credential out of the store.
struct CredentialsRemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Takes a credential out of the store.",
    discussion: """
      The .p8 or .p12 that it refers to stays where it is. Whoever uses the credential notices within seconds.

      Example:
        notilua credentials remove chat
      """)

  @OptionGroup var options: StoreOptions

  @Argument(help: "Which one.")
  var name: String

  func run() throws {
    try holdingSecrets { () throws(CredentialError) in try options.store().remove(name) }
    try output("\(name): removed\n")
  }
}
