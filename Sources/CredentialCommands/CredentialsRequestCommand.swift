import APNsCredentials
import ArgumentParser
import CommandSupport
import TerminalPages

/// `notilua credentials request`: a key, and the request that the developer account makes a certificate of.
struct CredentialsRequestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request",
    abstract: "Makes a private key, and the certificate request to upload to the developer account.",
    discussion: """
      Writes PREFIX.key, an RSA key of 2048 bits that only its owner may read, and PREFIX.csr. Upload the .csr at \
      Certificates, Identifiers & Profiles, download the .cer, and make a .p12 of both with 'notilua credentials convert'.

      Example:
        notilua credentials request --out chat --common-name Chat \\
          --email ops@example.com
      """)

  @Option(
    help: ArgumentHelp("Where to write: PREFIX.key and PREFIX.csr.", valueName: "prefix"), completion: .file()
  )
  var out: String

  @Option(help: ArgumentHelp("What to call the key.", valueName: "name"))
  var commonName: String

  @Option(help: ArgumentHelp("Your e-mail address.", valueName: "address"))
  var email: String?

  func validate() throws {
    if out.isEmpty || out.hasSuffix("/") {
      throw ValidationError("--out is '\(out)'; give a name such as 'chat'.")
    }
  }

  func run() throws {
    try holdingSecrets { () throws(CredentialError) in
      try CertificateRequest(commonName: commonName, email: email).write(prefix: out)
    }
    try output(
      "\(out).key: the private key; keep it to yourself\n\(out).csr: the request; upload it to the developer account\n"
    )
  }
}
