import ArgumentParser
import CommandSupport
import ConfigurationFiles
import Glibc
import MessageCommands
import NotificationModel
import Notilua
import Operations
import ServiceCommands
import TerminalPages

/// `notilua explain`: one payload through the chain, step by step.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Shows what each plugin does to one payload, or why it does not run.",
    discussion: """
      Also says why an Apple device would not have run a service extension for the payload.

      With --message, shows why a chat message was pushed or not to each device of its recipients: a running service knows.

      Examples:
        notilua explain payload.json
        notilua explain --line 3 --plugin plugins/mask-digits payloads.ndjson
        head -1 payloads.ndjson | notilua explain --json
        notilua explain --message 5FSClm2gQ9V9BZ-kUZn58B --api-key app.key
      """)

  @OptionGroup var chain: ChainOptions

  @Option(help: ArgumentHelp("Which line of the file to take; without it the first.", valueName: "number"))
  var line: Int?

  @Option(
    help: ArgumentHelp(
      "A chat message that a running service has, in place of a payload; the key has the scope read.",
      valueName: "id"))
  var message: String?

  @Option(
    help: ArgumentHelp("The application of --message, where the key reaches several.", valueName: "key"))
  var application: String?

  @OptionGroup(title: "Options of a running service") var api: ServiceAPIOptions

  @Flag(help: "Write the outcome as JSON, for programs.")
  var json = false

  @Argument(
    help: ArgumentHelp("The file with the payload; - is the standard input.", valueName: "file"),
    completion: .file())
  var input = "-"

  func validate() throws {
    if message != nil, api.apiKey == nil {
      throw ValidationError("--message needs the file of a key; give it with --api-key.")
    }
    for (name, value) in [
      ("--application", application), ("--api-key", api.apiKey), ("--api-socket", api.apiSocket),
    ] where value != nil && message == nil {
      throw ValidationError("\(name) is for --message; name the message with it.")
    }
  }

  func run() async throws {
    if let message { return try await explain(message: message) }
    let payload = try failing { () throws(HostError) in try PayloadFile(input).payload(line: line) }
    var configuration = try failing { () throws(HostError) in try chain.load() }
    configuration.workers = 1
    let processor = try failing { () throws(HostError) in
      try NotificationProcessor(configuration, traces: true)
    }
    let outcome: Outcome
    do {
      outcome = try await processor.process(payload.bytes, line: payload.number)
    } catch let error as HostError {
      throw fail(error)
    }
    if json {
      try outputData(outcome.json + "\n")
    } else {
      let names = try failing { () throws(HostError) in
        try configuration.chain().map { $0.name ?? PluginFolder.name(of: $0.path) }
      }
      try output(
        ExplanationText(outcome, of: payload, chain: names, style: Palette(for: 1)).text)
    }
    if outcome.action == .reject { throw ExitCode(HostError.Status.failed.rawValue) }
  }

  /// Shows the decisions of a running service on a message.
  private func explain(message: String) async throws {
    let configuration = try failing { () throws(HostError) in try Configuration(ofCommand: chain.config) }
    let query = application.map { "?application=\(Self.encoded($0))" } ?? ""
    let answer = try await api.service(configuration).answer(
      .get, "/v1/messages/\(Self.encoded(message))\(query)")
    if json {
      try outputData(answer)
    } else {
      try output(DecisionsText(answer, style: Palette(for: 1)).text)
    }
  }

  /// Returns a text as a part of a path or a query (RFC 3986 §2.3).
  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789-._~".unicodeScalars.contains(scalar))
      return isPlain ? String(scalar) : "%" + Hex.encode([byte]).uppercased()
    }.joined()
  }
}
