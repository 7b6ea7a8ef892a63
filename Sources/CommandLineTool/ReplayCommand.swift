import ArgumentParser
import CommandSupport
import ConfigurationFiles
import Notilua
import PluginTesting
import PluginTools
import TerminalPages

/// `notilua replay`: what a set of plugins makes of recorded lines.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Runs recorded lines through a set of plugins, and counts what becomes of them.",
    discussion: """
      Changes, drops and faults are grouped by plugin and reason, with examples. With --against it also says of how \
      many lines another set makes something else. The clock, random numbers and the order of tables are fixed, and one \
      worker runs all lines, so that the counts are the same each time; with more --workers they may not be.

      Ends with 1 where a threshold is passed, so that a deployment can wait for it. A threshold is a number of lines, \
      or per cent of them.

      Examples:
        notilua replay sample.ndjson --plugins candidate --max-faulted 0
        notilua replay sample.ndjson --config new.yaml --against old.yaml \\
          --max-different 1%
      """)

  @OptionGroup var chain: ChainOptions

  @Option(
    help: ArgumentHelp(
      "The set to compare with: a configuration, or a folder of plugins as in --plugins.", valueName: "path"),
    completion: .configuration)
  var against: String?

  @Option(help: ArgumentHelp("Fail where more lines are changed.", valueName: "lines|%"))
  var maxChanged: String?

  @Option(help: ArgumentHelp("Fail where more lines are dropped.", valueName: "lines|%"))
  var maxDropped: String?

  @Option(help: ArgumentHelp("Fail where a plugin faults on more lines.", valueName: "lines|%"))
  var maxFaulted: String?

  @Option(help: ArgumentHelp("Fail where more lines are no notifications.", valueName: "lines|%"))
  var maxRejected: String?

  @Option(
    help: ArgumentHelp(
      "Fail where more lines come out differently than with --against.", valueName: "lines|%"))
  var maxDifferent: String?

  @Option(help: ArgumentHelp("How many examples of each kind are shown.", valueName: "count"))
  var examples = 2

  @Flag(help: "Write the counts as JSON, for programs.")
  var json = false

  @Argument(help: ArgumentHelp("Files with recorded lines.", valueName: "file"), completion: .file())
  var inputs: [String]

  /// A number of lines, or a part of them.
  private enum Threshold {
    case lines(Int)
    case percent(Double)

    init?(_ text: String) {
      if text.hasSuffix("%"), let percent = Double(text.dropLast()), (0...100).contains(percent) {
        self = .percent(percent)
      } else if let lines = Int(text), lines >= 0 {
        self = .lines(lines)
      } else {
        return nil
      }
    }

    func isPassed(by count: Int, of all: Int) -> Bool {
      switch self {
      case .lines(let most): count > most
      case .percent(let most): Share(count, of: all).percent > most
      }
    }
  }

  func validate() throws {
    for (name, text) in [
      ("changed", maxChanged), ("dropped", maxDropped), ("faulted", maxFaulted), ("rejected", maxRejected),
      ("different", maxDifferent),
    ] {
      if let text, Threshold(text) == nil {
        throw ValidationError("--max-\(name) is '\(text)'; give a number of lines, or per cent as in 1%.")
      }
    }
    if maxDifferent != nil, against == nil {
      throw ValidationError("--max-different needs --against, the set to compare with.")
    }
    if examples < 0 { throw ValidationError("--examples is \(examples); give a number of 0 or more.") }
  }

  func run() throws {
    let replay = try failing { () throws(HostError) in try replayed() }
    if json {
      try outputData(ReplayText.json(replay))
    } else {
      try output(ReplayText(replay, style: Palette(for: 1), compares: against != nil).text)
    }
    var isPassed = false
    for (name, text, count) in [
      ("changed", maxChanged, replay.changed), ("dropped", maxDropped, replay.dropped),
      ("faulted", maxFaulted, replay.faulted), ("rejected", maxRejected, replay.rejected),
      ("different", maxDifferent, replay.different),
    ] {
      guard let text, let threshold = Threshold(text), threshold.isPassed(by: count, of: replay.lines) else {
        continue
      }
      isPassed = true
      _ = fail(
        HostError(
          .failed,
          "\(count) of \(replay.lines) lines \(name); --max-\(name) allows \(text), so look at the examples"))
    }
    if isPassed { throw ExitCode(HostError.Status.failed.rawValue) }
  }

  private func replayed() throws(HostError) -> Replay {
    let now = TestCase.usualNow
    var own = try chain.load()
    own.workers = chain.workers
    let candidate = try ReplaySet(own, now: now)
    let baseline: ReplaySet?
    if let against {
      var configuration = try chain.load(against: against)
      configuration.workers = chain.workers
      baseline = try ReplaySet(configuration, now: now)
    } else {
      baseline = nil
    }
    var replay = Replay(exampleLimit: examples)
    let progress = ProgressLine()
    for input in inputs {
      let lines = try PayloadFile(input).payloads()
      var next = 0
      while next < lines.count {
        let part = lines[next..<min(next + 1000, lines.count)]
        next = part.endIndex
        let bytes = part.map(\.bytes)
        let outcomes = try candidate.outcomes(of: bytes)
        let before = try baseline?.outcomes(of: bytes)
        for (index, line) in part.enumerated() {
          replay.add(outcomes[index], line: line.bytes, place: line.place)
          if let before { replay.compare(outcomes[index], with: before[index], place: line.place) }
        }
        progress.show("\(replay.lines) lines")
      }
    }
    progress.clear()
    if replay.lines > 0, replay.rejected == replay.lines {
      throw HostError(.noInput, "no line is a notification; give a file that 'notilua record' has written")
    }
    if replay.lines == 0 {
      throw HostError(.noInput, "no line there; give a file that 'notilua record' has written")
    }
    return replay
  }
}
