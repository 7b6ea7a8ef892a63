import ArgumentParser
import CommandSupport
import ConfigurationFiles
import Notilua
import PluginTools
import TerminalPages

/// `notilua bench`: what a set of plugins costs.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures throughput, latency and memory of a set of plugins on given payloads.",
    discussion: """
      Each round has three parts of --seconds at most. Throughput is of all workers together; latency of one notification at a time, to a worker and back; times and \
      memory of each plugin are of its handler alone. With --against a second set is measured in turn with the first, \
      round by round, so that what else the machine does hits both.

      Examples:
        notilua bench payloads.ndjson
        notilua bench payloads.ndjson --plugins candidate --against plugins --rounds 7
      """)

  @OptionGroup var chain: ChainOptions

  @Option(
    help: ArgumentHelp(
      "The set to compare with: a configuration, or a folder of plugins as in --plugins.", valueName: "path"),
    completion: .configuration)
  var against: String?

  @Option(help: ArgumentHelp("How often each set is measured; the median counts.", valueName: "count"))
  var rounds = 5

  @Option(help: ArgumentHelp("How long one round takes, in seconds.", valueName: "seconds"))
  var seconds = 1.0

  @Flag(help: "Write the figures as JSON, for programs.")
  var json = false

  @Argument(
    help: ArgumentHelp("Files with payloads, one a line; - is the standard input.", valueName: "file"),
    completion: .file())
  var inputs: [String] = ["-"]

  func validate() throws {
    if !(1...1000).contains(rounds) {
      throw ValidationError("--rounds is \(rounds); give a number of 1 to 1000.")
    }
    if !(0.01...3600).contains(seconds) {
      throw ValidationError("--seconds is \(seconds); give a number of 0.01 to 3600.")
    }
  }

  func run() throws {
    let measured = try failing { () throws(HostError) in try measure() }
    if json { return try outputData(BenchText.json(measured)) }
    try output(BenchText(measured, style: Palette(for: 1)).text)
  }

  private func measure() throws(HostError) -> [ChainBenchmark] {
    var lines: [[UInt8]] = []
    let configuration = try chain.load()
    for input in inputs { lines += try PayloadFile(input).payloads().map(\.bytes) }
    guard !lines.isEmpty else {
      throw HostError(.noInput, "no payload there; give a file with one JSON object a line")
    }
    var sets = [try ChainBenchmark(configuration, lines: lines)]
    if let against {
      sets.append(try ChainBenchmark(try chain.load(against: against), lines: lines))
    }
    let progress = ProgressLine()
    for round in 1...rounds {
      progress.show("round \(round) of \(rounds)")
      for set in sets {
        try set.measureRate(for: .seconds(seconds))
        try set.measureLatency(max(100, 2000 / rounds), for: .seconds(seconds))
        try set.measurePlugins(max(200, 5000 / rounds), for: .seconds(seconds))
      }
    }
    progress.clear()
    if sets.contains(where: \.isAllRejected) {
      throw HostError(
        .noInput,
        "every line is rejected, so that there is nothing to measure; give a file with notifications")
    }
    return sets
  }
}
