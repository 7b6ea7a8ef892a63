import APNsCredentials
import ArgumentParser
import ClientKeys
import CommandSupport
import ConfigurationFiles
import EventLoop
import NotificationModel
import TerminalPages

/// `notilua keys api rotate`: gives a client another secret.
struct KeysAPIRotateCommand: ParsableCommand {
  /// The longest time for which the key before may be accepted.
  private static let longestOverlap = Duration.seconds(30 * 86_400)

  static let configuration = CommandConfiguration(
    commandName: "rotate",
    abstract: "Replaces a key by a new one with the same id, scopes and apps.",
    discussion: """
      With --overlap the key before is accepted for that time as well, so that its client can change over without a \
      gap. Without it the key before is refused within two seconds.

      Example:
        notilua keys api rotate ABC123DEFG --overlap 1h --out new.key
      """)

  @OptionGroup var place: APIKeyPlace

  @Option(
    help: ArgumentHelp("Accept the key before for this time, such as 30m or 24h.", valueName: "time"))
  var overlap: String?

  @OptionGroup var secret: APISecretOutput

  @Argument(help: ArgumentHelp("The key id.", valueName: "id"))
  var keyID: String

  func validate() throws {
    guard let overlap else { return }
    guard let time = Quantity.duration(overlap), (.zero...Self.longestOverlap).contains(time) else {
      throw ValidationError(
        "--overlap is '\(overlap.shortened)'; give a time up to 720h, such as 30m or 24h.")
    }
  }

  func run() throws {
    let file = try failing { () throws(HostError) in try place.file() }
    let until = overlap.flatMap(Quantity.duration).map { Timestamp.now + Int64($0 / .milliseconds(1)) }
    let new = APISecret(keyID: keyID)
    try holdingSecrets { () throws(CredentialError) in
      try secret.show(new) { () throws(CredentialError) in
        try file.replace(keyID) { key in
          var key = key
          key.rotate(to: new, keepingFormerUntil: until)
          return key
        }
      }
    }
    let end = until.map { "is accepted until \(Timestamp.text($0))" } ?? "is refused within two seconds"
    try secret.tell(new, "\(keyID): rotated; the key before \(end)")
  }
}
