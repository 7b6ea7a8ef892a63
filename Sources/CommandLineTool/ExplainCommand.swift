import ArgumentParser
import ExtensionHost
import Glibc
import NotificationModel

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

  @Option(help: ArgumentHelp("Which line of the file to take.", valueName: "number"))
  var line: Int?

  @Flag(help: "Write the outcome as JSON, for programs.")
  var json = false

  @Argument(help: ArgumentHelp("The file with the payload; - is the standard input.", valueName: "file"))
  var input = "-"

  func run() async throws {
    let text = try failing { () throws(HostError) -> [UInt8] in try readPayload() }
    var configuration = try failing { () throws(HostError) in try chain.load() }
    configuration.workers = 1
    let processor = try failing { () throws(HostError) in
      try NotificationProcessor(configuration, traces: true)
    }
    let outcome: Outcome
    do {
      outcome = try await processor.process(text)
    } catch let error as HostError {
      throw fail(error)
    }
    if json {
      try output(outcome.json + "\n")
    } else {
      let names = try failing { () throws(HostError) in
        try configuration.chain().map { PluginFolder.name(of: $0.path) }
      }
      try output(ExplanationText(outcome, original: text, chain: names, color: isatty(1) == 1).text)
    }
    if outcome.action == .reject { throw ExitCode(HostError.Status.failed.rawValue) }
  }

  private func readPayload() throws(HostError) -> [UInt8] {
    let path = input == "-" ? "/dev/stdin" : input
    let name = input == "-" ? "stdin" : input
    var bytes = try readFile(path, limit: 64 << 20, status: .noInput)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    guard let line else {
      // A file with one payload may have it on several lines; one with many is read line by line.
      let lines = bytes.split(separator: 0x0A).filter { !$0.allSatisfy { $0 == 0x20 || $0 == 0x0D } }
      guard let first = lines.first else {
        throw HostError(.noInput, "'\(name)': no payload there; give a file with one JSON object")
      }
      var document = JSONDocument(depthLimit: 512)
      let isWhole = bytes.withUnsafeBytes { (try? document.parse($0)) != nil }
      return isWhole || lines.count == 1 ? bytes : Array(first)
    }
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    guard line >= 1, line <= lines.count else {
      throw HostError(.usage, "'\(name)' has no line \(line); its last is \(lines.count)")
    }
    guard !lines[line - 1].isEmpty else {
      throw HostError(.usage, "'\(name)': line \(line) is blank; name one with a payload")
    }
    return Array(lines[line - 1])
  }
}
