import ArgumentParser
import CommandSupport
import ConfigurationFiles
import Glibc
import NotificationModel
import Notilua
import TerminalPages

/// `notilua explain`: one payload through the chain, step by step.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Shows what each plugin does to one payload, or why it does not run.",
    discussion: """
      Also says why an Apple device would not have run a service extension for the payload.

      Examples:
        notilua explain payload.json
        notilua explain --line 3 --plugin plugins/mask-digits payloads.ndjson
        head -1 payloads.ndjson | notilua explain --json
      """)

  @OptionGroup var chain: ChainOptions

  @Option(help: ArgumentHelp("Which line of the file to take; without it the first.", valueName: "number"))
  var line: Int?

  @Flag(help: "Write the outcome as JSON, for programs.")
  var json = false

  @Argument(
    help: ArgumentHelp("The file with the payload; - is the standard input.", valueName: "file"),
    completion: .file())
  var input = "-"

  func run() async throws {
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
}
