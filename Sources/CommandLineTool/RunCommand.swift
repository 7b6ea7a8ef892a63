import ArgumentParser
import ExtensionHost
import Glibc

/// `notilua run`: the filter stage.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract:
      "Reads payloads, one JSON object a line, runs the plugins, and writes the results.",
    discussion: """
      A line is a payload (it has "aps") or an envelope (it has "payload", and may have "id", "device_token", \
      "locale", "environment" and "headers"); output keeps the form. What no plugin touched keeps its bytes, and \
      lines come out in the order in which they came in. A line that a plugin drops does not come out; one that is \
      no notification goes to --rejects. Blank lines are passed over.

      Examples:
        notilua run --plugin plugins/recall < in.ndjson > out.ndjson
        notilua run --emit outcomes --rejects rejects.ndjson in.ndjson
        tail -f in.ndjson | notilua run --config notilua.yaml --audit log
      """)

  @OptionGroup var chain: ChainOptions

  @Option(help: ArgumentHelp("What is written: payloads or outcomes.", valueName: "form"))
  var emit = "payloads"

  @Option(help: ArgumentHelp("Append the outcome of every line to a file.", valueName: "file"))
  var audit: String?

  @Option(
    help: ArgumentHelp(
      "Append the bytes of rejected lines to a file; without it the error stream says what was wrong.",
      valueName: "file"))
  var rejects: String?

  @Flag(help: "End with status 1 when a plugin faulted.")
  var strict = false

  @Flag(name: .shortAndLong, help: "Write no summary and no progress.")
  var quiet = false

  @Argument(
    help: ArgumentHelp(
      "Files to read; - is the standard input, which is the default.", valueName: "file"))
  var inputs: [String] = ["-"]

  func validate() throws {
    if FilterStage.Emission(rawValue: emit) == nil {
      throw ValidationError("--emit is '\(emit)'; use payloads or outcomes.")
    }
  }

  func run() throws {
    var options = FilterStage.Options()
    options.inputs = inputs
    options.emission = FilterStage.Emission(rawValue: emit) ?? .payloads
    options.auditPath = audit
    options.rejectsPath = rejects
    options.showsSummary = !quiet
    options.showsProgress = !quiet && isatty(2) == 1 && isatty(1) == 0
    let summary = try failing { () throws(HostError) -> RunSummary in
      let stage = try FilterStage(options, configuration: chain.load(), executable: WorkerExecutable.path)
      try stage.run()
      return stage.summary
    }
    if let signal = summary.stopSignal { throw ExitCode(128 + signal) }
    if summary.outputClosed { throw ExitCode(HostError.Status.output.rawValue) }
    if summary.rejected > 0 || summary.halt != nil || strict && summary.faults > 0 {
      throw ExitCode(HostError.Status.failed.rawValue)
    }
  }
}
