import APNsCredentials
import ArgumentParser
import ClientKeys
import CommandSupport
import ConfigurationFiles
import FileReading
import Glibc
import NotificationModel
import Notilua
import TerminalPages

/// `notilua keys door add`: lets a client push.
struct KeysDoorAddCommand: ParsableCommand {
  /// The team id of clients that have none of Apple's.
  private static let teamID = "DOORTEAM01"

  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Lets a client push: makes a key for it, or takes the public half of its own.",
    discussion: """
      With --out a key of the curve P-256 is made. Its private half is written to the .p8, which only its owner may \
      read, for the client; the public half alone is kept. With --public the client has made the pair, or goes on using \
      its key of Apple's with its key id and team id. An app covers its topics with a suffix, such as .voip, too.

      Examples:
        notilua keys door add --keys door-keys --topic com.example.app --out app.p8
        notilua keys door add --topic com.example.app --topic com.example.chat \\
          --environment production --rate 100 --out client.p8
        notilua keys door add --topic com.example.app --public client.pem \\
          --key-id ABC123DEFG --team-id DEF123GHIJ
      """)

  @OptionGroup var place: DoorKeyPlace

  @Option(
    name: .customLong("topic"),
    help: ArgumentHelp(
      "The bundle id of an app that it may push to; give it several times.", valueName: "bundle id"))
  var topics: [String]

  @Option(
    name: .customLong("environment"),
    help: ArgumentHelp(
      "Where it may push to: sandbox or production. Without it to both.", valueName: "environment"),
    completion: .cases(PushEnvironment.self))
  var environment: String?

  @Option(help: ArgumentHelp("The pushes a second that it may make.", valueName: "number"))
  var rate: Int?

  @Option(
    help: ArgumentHelp(
      "The pushes that it may make at once; without it those of a second.", valueName: "number"))
  var burst: Int?

  @Option(
    help: ArgumentHelp("The .p8 to write, which must not be there yet.", valueName: "file"),
    completion: .file())
  var out: String?

  @Option(
    name: .customLong("public"),
    help: ArgumentHelp("The public half of the client's own key, in PEM.", valueName: "file"),
    completion: .file())
  var publicKey: String?

  @Option(
    help: ArgumentHelp("The key id, 10 capital letters and digits; without it a new one.", valueName: "id"))
  var keyID: String?

  @Option(
    help: ArgumentHelp(
      "The team id, 10 capital letters and digits; without it \(Self.teamID).", valueName: "id"))
  var teamID = Self.teamID

  func validate() throws {
    if (out == nil) == (publicKey == nil) {
      throw ValidationError("Give either --out, to make a key, or --public, for the client's own.")
    }
    if let environment, PushEnvironment(rawValue: environment) == nil {
      throw ValidationError("--environment is '\(environment)'; use sandbox or production.")
    }
    try KeyRate.check(rate, burst)
  }

  func run() throws {
    let file = try failing { () throws(HostError) in try place.file() }
    let key = try holdingSecrets { () throws(CredentialError) in
      if let publicKey { return try store(try given(publicKey), in: file) }
      return try make(out ?? "", file)
    }
    try output("\(summary(key)); stored in \(file.path)\n\(advice(key))")
  }

  // MARK: The key

  private func given(_ path: String) throws(CredentialError) -> VerificationKey {
    let pem = try SecretFile.read(path, limit: .key, mayBePipe: true, isPublic: true)
    do throws(CredentialError) {
      return try VerificationKey(pem: pem)
    } catch {
      throw CredentialError("'\(path)': \(error.message)")
    }
  }

  /// Makes a pair, writes its private half, and stores its public half.
  private func make(_ path: String, _ file: DoorKeyFile) throws(CredentialError) -> DoorKey {
    var p8 = try CertificateAuthority.makeP8()
    defer { erase(&p8) }
    let publicKey = try VerificationKey(p8: p8)
    // Before the private half is on the disk.
    let key = try key(publicKey, in: file)
    try SecretFile.create(path, p8)
    do throws(CredentialError) {
      try file.add(key)
    } catch {
      unlink(path)
      throw error
    }
    return key
  }

  private func store(_ publicKey: VerificationKey, in file: DoorKeyFile) throws(CredentialError) -> DoorKey {
    let key = try key(publicKey, in: file)
    try file.add(key)
    return key
  }

  private func key(_ publicKey: VerificationKey, in file: DoorKeyFile) throws(CredentialError) -> DoorKey {
    let grant = KeyGrant(
      topics: .apps(topics),
      environments: environment.flatMap(PushEnvironment.init).map { [$0] } ?? Set(PushEnvironment.allCases),
      rate: rate.map { KeyRate(perSecond: $0, burst: burst) })
    let keyID: String
    if let given = self.keyID { keyID = given } else { keyID = try newKeyID(in: file) }
    return try DoorKey(keyID: keyID, teamID: teamID, publicKey: publicKey, grant: grant)
  }

  // MARK: What is said

  private func summary(_ key: DoorKey) -> TerminalText {
    let text = KeyGrantText(key.grant)
    return "\(key.keyID): may push to \(text.topics) in \(text.environments), \(text.rate)"
  }

  /// The three things that a provider library wants to know.
  private func advice(_ key: DoorKey) -> TerminalText {
    let file: TerminalText =
      out.map { "\($0), which belongs to the client alone: hand it over, and keep no copy" }
      ?? "the private half of \(publicKey ?? ""), which the client has"
    return """
      Configure the client's provider library with
        signing key: \(file)
        key id \(key.keyID), team id \(key.teamID)
        server: an address of door.listen, in place of api.push.apple.com\n
      """
  }
}
