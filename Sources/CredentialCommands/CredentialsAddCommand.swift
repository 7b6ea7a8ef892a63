import APNsCredentials
import Applications
import ArgumentParser
import CommandSupport
import ConfigurationFiles
import NotificationModel
import TerminalPages

/// `notilua credentials add`: checks a .p8 or a .p12, and stores it under a name.
struct CredentialsAddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Checks a .p8 or .p12, and stores it under a name.",
    discussion: """
      A production application takes a signing key or a universal certificate (Sandbox & Production), which then pushes \
      to production only. A development application takes any; with a universal certificate --environment says where it \
      pushes to. Of a file with several certificates the newest is taken that serves and has its key. The record refers to the file by its path, and to the passphrase by its file or variable; with --seal \
      both stand in the record, encrypted with the key in $NOTILUA_SEALING_KEY or systemd's credential \
      'notilua-sealing-key'.

      Examples:
        notilua credentials add prod AuthKey_ABC123DEFG.p8 --team-id DEF123GHIJ
        notilua credentials add chat push.p12 --passphrase-file push.pass
        notilua credentials add dev push.p12 --application development \\
          --environment sandbox --seal
      """)

  @OptionGroup var options: StoreOptions

  @Option(
    help: ArgumentHelp(
      "The .p8's key id, 10 characters; without it from a name such as AuthKey_ABC123DEFG.p8.",
      valueName: "id"))
  var keyID: String?

  @Option(help: ArgumentHelp("The team id of a .p8, 10 characters.", valueName: "id"))
  var teamID: String?

  @Option(
    name: .customLong("bundle-id"),
    help: ArgumentHelp(
      "An app that the credential is for; give it several times. Without it all of the certificate or team.",
      valueName: "id"))
  var bundleIDs: [String] = []

  @Option(
    help: ArgumentHelp(
      "What the app is: development or production. Without it production; a .p8 is then for both.",
      valueName: "state"),
    completion: .cases(ApplicationKind.self))
  var application: String?

  @Option(
    help: ArgumentHelp("Where it pushes to: sandbox or production.", valueName: "environment"),
    completion: .cases(PushEnvironment.self))
  var environment: String?

  @OptionGroup var passphrase: PassphraseOptions

  @Flag(help: "Put the file and its passphrase into the record, encrypted.")
  var seal = false

  @Flag(help: "Take the place of a credential of the same name.")
  var replace = false

  @Argument(help: "What to call it.")
  var name: String

  @Argument(help: "The .p8 or .p12, or a PEM text with certificate and key.", completion: .file())
  var file: String

  func validate() throws {
    if let application, ApplicationKind(rawValue: application) == nil {
      throw ValidationError("--application is '\(application)'; use development or production.")
    }
    if let environment, PushEnvironment(rawValue: environment) == nil {
      throw ValidationError("--environment is '\(environment)'; use sandbox or production.")
    }
  }

  func run() throws {
    let (credential, folder) = try holdingSecrets { () throws(CredentialError) in
      let store = try options.store()
      var addition = CredentialStore.Addition(
        name: name, file: file, application: application.flatMap(ApplicationKind.init))
      addition.keyID = keyID
      addition.teamID = teamID
      addition.bundleIDs = bundleIDs
      addition.environment = environment.flatMap(PushEnvironment.init)
      addition.passphrase = passphrase.source
      addition.seals = seal
      if addition.passphrase == nil { addition.typedPassphrase = try typed() }
      return (
        try store.add(addition, replace: replace, now: Int64(wallClockSeconds())), store.folder
      )
    }
    let row = CredentialText(credential, now: Int64(wallClockSeconds()))
    try output("\(name): \(row.line); stored in \(folder)\n")
  }

  /// Returns the passphrase that a person types, where the file does not open without; nil where none is
  /// needed, or nobody is there.
  private func typed() throws(CredentialError) -> [UInt8]? {
    var content = try SecretFile.read(file)
    defer { erase(&content) }
    guard CredentialKind.needsPassphrase(content) else { return nil }
    return try PassphrasePrompt.ask("Passphrase of \(file): ")
  }
}
