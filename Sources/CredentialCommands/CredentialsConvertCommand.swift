import APNsCredentials
import ArgumentParser
import CommandSupport
import TerminalPages

/// `notilua credentials convert`: a .p12 of a certificate and its key.
struct CredentialsConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Makes a .p12 of the .cer from the developer account and the key of its request.",
    discussion: """
      The certificate and the key may be PEM or DER, and the key encrypted. The .p12 is encrypted with AES-256 and \
      the passphrase, which is asked for where neither --passphrase-file nor --passphrase-env gives it. --legacy encrypts with triple DES, for programs that read nothing newer.

      Examples:
        notilua credentials convert aps.cer chat.key --out chat.p12
        notilua credentials convert aps.cer chat.key --out chat.p12 \\
          --passphrase-file chat.pass --legacy
      """)

  @Option(
    help: ArgumentHelp("The .p12 to write, which must not be there yet.", valueName: "file"),
    completion: .file())
  var out: String

  @Option(
    help: ArgumentHelp("Certificates of who signed it; give it several times.", valueName: "file"),
    completion: .file())
  var chain: [String] = []

  @OptionGroup var passphrase: PassphraseOptions

  @Option(
    help: ArgumentHelp("A file whose first line is the passphrase of the private key.", valueName: "file"),
    completion: .file())
  var keyPassphraseFile: String?

  @Option(
    help: ArgumentHelp(
      "A variable of the environment with the passphrase of the private key.", valueName: "name"))
  var keyPassphraseEnv: String?

  @Flag(help: "Encrypt with triple DES and SHA-1.")
  var legacy = false

  @Argument(help: ArgumentHelp("The certificate, DER or PEM.", valueName: "cer"), completion: .file())
  var certificate: String

  @Argument(help: "The private key, PEM or DER.", completion: .file())
  var key: String

  func validate() throws {
    if keyPassphraseFile != nil, keyPassphraseEnv != nil {
      throw ValidationError("--key-passphrase-file and --key-passphrase-env are both given; choose one.")
    }
  }

  func run() throws {
    let facts = try holdingSecrets { () throws(CredentialError) in
      var certificates: [[UInt8]] = []
      for path in [certificate] + chain {
        certificates.append(try SecretFile.read(path, mayBePipe: true, isPublic: true))
      }
      var text = try SecretFile.read(key)
      defer { erase(&text) }
      var keySecret = try keySecret(text)
      defer { erase(&keySecret) }
      let writer: PKCS12Writer
      do throws(CredentialError) {
        writer = try PKCS12Writer(key: text, passphrase: keySecret, certificates: certificates)
      } catch {
        throw CredentialError("'\(certificate)' and '\(key)': \(error.message)")
      }
      var secret = try self.secret()
      defer { erase(&secret) }
      try SecretFile.create(
        out, try writer.bytes(passphrase: secret, form: legacy ? .tripleDES : .modern))
      return writer.facts
    }
    try output("\(out): \(facts.commonName), with its private key\n")
  }

  /// The passphrase of the private key; empty where it has none.
  private func keySecret(_ content: [UInt8]) throws(CredentialError) -> [UInt8] {
    guard CredentialKind.needsPassphrase(content) else { return [] }
    let source =
      keyPassphraseFile.map(PassphraseSource.file) ?? keyPassphraseEnv.map(PassphraseSource.variable)
    if let source { return try source.passphrase(mayBePipe: true) }
    guard let typed = try PassphrasePrompt.ask("Passphrase of \(key): ") else {
      throw CredentialError(
        "'\(key)': the private key is encrypted; give its passphrase with --key-passphrase-file or --key-passphrase-env"
      )
    }
    return typed
  }

  private func secret() throws(CredentialError) -> [UInt8] {
    if let source = passphrase.source { return try source.passphrase(mayBePipe: true) }
    guard var first = try PassphrasePrompt.ask("Passphrase of the new \(out): ") else {
      throw CredentialError(
        "the .p12 needs a passphrase, and there is no terminal to ask on; give --passphrase-file or --passphrase-env"
      )
    }
    var again = try PassphrasePrompt.ask("The same again: ") ?? []
    defer { erase(&again) }
    guard first == again else {
      erase(&first)
      throw CredentialError("the two passphrases differ; try again")
    }
    return first
  }
}
