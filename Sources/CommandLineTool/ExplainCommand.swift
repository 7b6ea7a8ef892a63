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

  @Option(help: ArgumentHelp("Which line of the file to take; without it the first.", valueName: "number"))
  var line: Int?

  @Flag(help: "Write the outcome as JSON, for programs.")
  var json = false

  @Argument(help: ArgumentHelp("The file with the payload; - is the standard input.", valueName: "file"))
  var input = "-"

  func run() async throws {
    let (text, number) = try failing { () throws(HostError) -> ([UInt8], Int) in try readPayload() }
    var configuration = try failing { () throws(HostError) in try chain.load() }
    configuration.workers = 1
    let processor = try failing { () throws(HostError) in
      try NotificationProcessor(configuration, traces: true)
    }
    let outcome: Outcome
    do {
      outcome = try await processor.process(text, line: number)
    } catch let error as HostError {
      throw fail(error)
    }
    if json {
      try output(outcome.json + "\n")
    } else {
      let names = try failing { () throws(HostError) in
        try configuration.chain().map { $0.name ?? PluginFolder.name(of: $0.path) }
      }
      let place = "\(input == "-" ? "stdin" : input):\(number)"
      try output(ExplanationText(outcome, original: text, place: place, chain: names, color: wantsColor).text)
    }
    if outcome.action == .reject { throw ExitCode(HostError.Status.failed.rawValue) }
  }

  /// Whether the terminal shows colours, and nobody has asked for none (no-color.org).
  private var wantsColor: Bool {
    let says = { (name: String) in getenv(name).map { String(cString: $0) } ?? "" }
    return isatty(1) == 1 && says("NO_COLOR").isEmpty && says("TERM") != "dumb"
  }

  /// The payload, on one line, and the number of its line.
  private func readPayload() throws(HostError) -> ([UInt8], Int) {
    let path = input == "-" ? "/dev/stdin" : input
    let name = input == "-" ? "stdin" : input
    var bytes = try readFile(path, limit: 64 << 20, status: .noInput)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    guard let line else {
      // A file with one payload may have it on several lines; one with many is read line by line.
      let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      let isBlank = { (line: ArraySlice<UInt8>) in line.allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }
      }
      guard let first = lines.firstIndex(where: { !isBlank($0) }) else {
        throw HostError(.noInput, "'\(name)': no payload there; give a file with one JSON object")
      }
      var document = JSONDocument(depthLimit: 512)
      if bytes.withUnsafeBytes({ (try? document.parse($0)) != nil }) {
        // In JSON a line ends only between what has a meaning.
        return (bytes.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }, first + 1)
      }
      return (Array(lines[first]), first + 1)
    }
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    guard line >= 1 else { throw HostError(.usage, "lines count from 1; --line is \(line)") }
    guard line <= lines.count else {
      throw HostError(.usage, "'\(name)' has no line \(line); its last is \(lines.count)")
    }
    guard !lines[line - 1].isEmpty else {
      throw HostError(.usage, "'\(name)': line \(line) is blank; name one with a payload")
    }
    return (Array(lines[line - 1]), line)
  }
}
