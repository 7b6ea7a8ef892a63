import APNsCredentials
import ArgumentParser
import ClientKeys
import CommandSupport
import ConfigurationFiles
import NotificationModel
import TerminalPages

/// `notilua keys api add`: lets a client use the HTTP API.
struct KeysAPIAddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Makes a key for a client of the HTTP API.",
    discussion: """
      A key has scopes and apps. The scope send is for notifications and test pushes, recall for withdrawing them, read \
      for what became of them, read:text for what they say, devices for the devices of users, presence for chat servers \
      that report who is connected, and admin for the service itself. An app covers its topics with a suffix, such as .voip, too. A key with the scope admin alone needs no app, \
      but for importing and exporting devices.

      Examples:
        notilua keys api add --keys api-keys --scope send --scope recall \\
          --topic com.example.app --out app.key
        notilua keys api add --scope read --topic com.example.app --rate 10
        notilua keys api add --scope admin --out admin.key
      """)

  @OptionGroup var place: APIKeyPlace

  @Option(
    name: .customLong("scope"),
    help: ArgumentHelp(
      "A permission: \(APIScope.allCases.map(\.rawValue).joined(separator: ", ")); give it several times.",
      valueName: "scope"), completion: .cases(APIScope.self))
  var scopes: [String]

  @Option(
    name: .customLong("topic"),
    help: ArgumentHelp(
      "The bundle id of an app that it reaches; give it several times.", valueName: "bundle id"))
  var topics: [String] = []

  @Option(
    name: .customLong("environment"),
    help: ArgumentHelp(
      "Where it may push to: sandbox or production. Without it to both.", valueName: "environment"),
    completion: .cases(PushEnvironment.self))
  var environment: String?

  @Option(
    help: ArgumentHelp("The requests and notifications a second that it may make.", valueName: "number"))
  var rate: Int?

  @Option(
    help: ArgumentHelp("Those that it may make at once; without it those of a second.", valueName: "number"))
  var burst: Int?

  @Option(help: ArgumentHelp("A few words that say whose it is.", valueName: "text"))
  var label = ""

  @OptionGroup var secret: APISecretOutput

  func validate() throws {
    for scope in scopes where APIScope(rawValue: scope) == nil {
      let known = APIScope.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--scope is '\(scope.shortened)'; use \(known).")
    }
    if let environment, PushEnvironment(rawValue: environment) == nil {
      throw ValidationError("--environment is '\(environment.shortened)'; use sandbox or production.")
    }
    try KeyRate.check(rate, burst)
  }

  func run() throws {
    let file = try failing { () throws(HostError) in try place.file() }
    let (key, new) = try holdingSecrets { () throws(CredentialError) -> (APIKey, APISecret) in
      let new = APISecret(keyID: try newKeyID(in: file))
      let key = try self.key(new)
      try secret.show(new) { () throws(CredentialError) in try file.add(key) }
      return (key, new)
    }
    let text = APIKeyText(key)
    try secret.tell(new, "\(key.keyID): \(text.scopes) for \(text.topics); stored in \(file.path)")
  }

  private func key(_ secret: APISecret) throws(CredentialError) -> APIKey {
    let grant = KeyGrant(
      topics: .apps(topics),
      environments: environment.flatMap(PushEnvironment.init).map { [$0] } ?? Set(PushEnvironment.allCases),
      rate: rate.map { KeyRate(perSecond: $0, burst: burst) })
    return try APIKey(
      keyID: secret.keyID, label: label, scopes: Set(scopes.compactMap(APIScope.init)), grant: grant,
      digest: secret.digest)
  }
}

/// A key of the HTTP API in words for people.
struct APIKeyText {
  /// The permissions.
  let scopes: String
  /// The apps that it reaches.
  let topics: String

  init(_ key: APIKey) {
    scopes = key.scopes.sorted().map(\.rawValue).joined(separator: ", ")
    topics = key.grant.topics.names.isEmpty ? "no app" : KeyGrantText(key.grant).topics
  }
}
