import APNsCredentials
import ArgumentParser
import ExtensionHost

/// `notilua credentials convert`: a .p12 of a certificate and its key.
struct CredentialsConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Makes a .p12 of the .cer from the developer account and the key of its request.",
    discussion: """
      The .p12 is encrypted with AES-256 and the passphrase, which is asked for where neither --passphrase-file nor \
      --passphrase-env gives it. --legacy encrypts with triple DES, for programs that read nothing newer.

      Examples:
        notilua credentials convert aps.cer chat.key --out chat.p12
        notilua credentials convert aps.cer chat.key --out chat.p12 \\
          --passphrase-file chat.pass --legacy
      """)

  @Option(help: ArgumentHelp("The .p12 to write, which must not be there yet.", valueName: "file"))
  var out: String

  @Option(help: ArgumentHelp("Certificates of who signed it; give it several times.", valueName: "file"))
  var chain: [String] = []

  @OptionGroup var passphrase: PassphraseOptions

  @Flag(help: "Encrypt with triple DES and SHA-1.")
  var legacy = false

  @Argument(help: ArgumentHelp("The certificate, DER or PEM.", valueName: "cer"))
  var certificate: String

  @Argument(help: "The private key, PEM.")
  var key: String

  func run() throws {
    let facts = try holdingSecrets { () throws(CredentialError) in
      var certificates: [[UInt8]] = []
      for path in [certificate] + chain {
        certificates.append(try SecretFile.read(path, mayBePipe: true, isPublic: true))
      }
      var text = try SecretFile.read(key)
      defer { erase(&text) }
      let writer: PKCS12Writer
      do throws(CredentialError) {
        writer = try PKCS12Writer(key: text, certificates: certificates)
      } catch {
        throw CredentialError("'\(certificate)' and '\(key)': \(error.message)")
      }
      var secret = try self.secret()
      defer { erase(&secret) }
      try SecretFile.create(
        out, try writer.bytes(passphrase: secret, form: legacy ? .tripleDES : .modern))
      return writer.facts
    }
    try output("\(out.printable): \(facts.commonName.printable), with its private key\n")
  }

  private func secret() throws(CredentialError) -> [UInt8] {
    if let source = passphrase.source { return try source.passphrase(mayBePipe: true) }
    guard var first = try PassphrasePrompt.ask("Passphrase of the new \(out.printable): ") else {
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
