import ArgumentParser
import CommandSupport
import ConfigurationFiles
import EventLoop
import Notilua
import Pipeline
import WorkerHost

/// `notilua run`: from a source through the chain to a sink.
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

      With --sink apns, what comes out of the chain is pushed to APNs, by the credential that serves its topic. The \
      output then has a line for each notification that says what became of it. What APNs does not take at the moment \
      is tried again for --retry-for, and goes to --undelivered then, from where another run can push it; device \
      tokens that are gone go to --feedback.

      With --sink desktop, it is shown by the notification server of this session, as the content extension of its \
      category presents it. What people do with it is reported as responses. At most 1,000 of them wait for \
      --response-command or --response-url; one that cannot be sent is written to the error stream, with its cause. \
      A response to an action with authentication_required waits while systemd-logind says that the session is locked.

      With --outbox, what comes out of the chain is kept in a file until it is delivered. A notification is accepted once \
      it is on the disk; a run with a sink delivers it, this one or a later one. --audit then has how each ended.

      Examples:
        notilua run --plugin plugins/recall < in.ndjson > out.ndjson
        notilua run --emit outcomes --rejects rejects.ndjson in.ndjson
        tail -f in.ndjson | notilua run --config notilua.yaml --audit log
        notilua run --sink apns --undelivered later.ndjson \\
          --feedback gone.ndjson in.ndjson
        notilua run --no-plugins --sink apns later.ndjson
        notilua run --sink desktop --follow --responses responses.ndjson in.ndjson
        notilua run --outbox outbox --metrics notilua.prom in.ndjson
        notilua run --no-plugins --outbox outbox --sink apns --follow --audit audit \\
          < /dev/null
      """)

  @OptionGroup var chain: ChainOptions

  @Flag(help: "Run no plugin: for what has been through the chain already.")
  var noPlugins = false

  @Option(
    help: ArgumentHelp(
      "What is written: payloads, outcomes, or deliveries, which a sink has; without it payloads, and deliveries with a sink.",
      valueName: "form"), completion: .cases(Run.Emission.self))
  var emit: Choice<Run.Emission>?

  @Option(
    help: ArgumentHelp("Append the outcome of every line to a file.", valueName: "file"), completion: .file())
  var audit: String?

  @Option(
    help: ArgumentHelp(
      "Append the bytes of rejected lines to a file; without it the error stream says what was wrong.",
      valueName: "file"), completion: .file())
  var rejects: String?

  @Option(
    help: ArgumentHelp(
      "Where what the chain lets through goes: apns, desktop or lines; without it lines are written to the output, unless an outbox keeps them.",
      valueName: "sink"), completion: .cases(SinkKind.self))
  var sink: Choice<SinkKind>?

  @OptionGroup(title: "Options of --sink apns") var apns: APNsFlags

  @Option(
    help: ArgumentHelp(
      "How long a notification is tried that APNs does not take at the moment, such as 90s or 30m.",
      valueName: "time"))
  var retryFor = "60s"

  @Option(
    help: ArgumentHelp(
      "Keep what the chain lets through in this file until it is delivered; without --sink it is kept for a run that has one.",
      valueName: "file"), completion: .file())
  var outbox: String?

  @Flag(
    help:
      "Go on when the input has ended, until a signal: for what other processes put into the outbox, and for what people do on the desktop."
  )
  var follow = false

  @Option(
    help: ArgumentHelp("Append what could not be delivered to a file, to push it later.", valueName: "file"),
    completion: .file())
  var undelivered: String?

  @Option(
    help: ArgumentHelp(
      "Append an event to a file for each device token that APNs says is gone, or does not know.",
      valueName: "file"), completion: .file())
  var feedback: String?

  @Option(
    help: ArgumentHelp("Give those events to a command of the shell, a line each.", valueName: "command"))
  var feedbackCommand: String?

  @Option(
    help: ArgumentHelp(
      "With --sink desktop: append what people do with notifications to a file; without it the output has it.",
      valueName: "file"), completion: .file())
  var responses: String?

  @Option(help: ArgumentHelp("Give that to a command of the shell, a line each.", valueName: "command"))
  var responseCommand: String?

  @Option(help: ArgumentHelp("Give that to a web server, a POST with JSON each.", valueName: "url"))
  var responseURL: String?

  @Option(
    help: ArgumentHelp(
      "Write metrics for Prometheus to a file, for node_exporter's textfile collector: every 10 seconds and at the end. Its name ends in .prom.",
      valueName: "file"), completion: .file())
  var metrics: String?

  @Flag(help: "End with status 1 when a plugin faulted.")
  var strict = false

  @Flag(name: .shortAndLong, help: "Write no summary and no progress.")
  var quiet = false

  @Argument(
    help: ArgumentHelp(
      "Files to read; - is the standard input, which is the default.", valueName: "file"), completion: .file()
  )
  var inputs: [String] = ["-"]

  func validate() throws {
    _ = try flags()
    if noPlugins, chain.plugins != nil || !chain.chain.isEmpty {
      throw ValidationError("--no-plugins excludes --plugins and --plugin.")
    }
    if [responses, responseCommand, responseURL].compactMap(\.self).count > 1 {
      throw ValidationError("--responses, --response-command and --response-url exclude each other.")
    }
    if feedback != nil, feedbackCommand != nil {
      throw ValidationError("--feedback and --feedback-command exclude each other.")
    }
  }

  func run() throws {
    let flags = try flags()
    let summary = try failing { () throws(HostError) -> RunSummary in
      let plan = try plan(flags)
      var options = try plan.options(isQuiet: quiet)
      let reactor = try Reactor.open()
      options.metering = plan.metering()
      options.queue = try RunQueue(plan, on: reactor).make(&options)
      let run = try Run(
        options, configuration: plan.configuration, executable: WorkerExecutable.path, on: reactor)
      try run.run()
      return run.summary
    }
    try end(summary)
  }

  fileprivate func plan(_ flags: RunFlags) throws(HostError) -> RunPlan {
    var configuration = try chain.load(inProject: false)
    configuration.runsWithoutPlugins = noPlugins
    return try RunPlan(flags, apns, configuration)
  }

  /// Ends as the run did: by the signal that stopped it, or with its status.
  private func end(_ summary: RunSummary) throws {
    if let signal = summary.end.signal { StopSignals.endProcess(by: signal) }
    if summary.end.outputClosed { throw ExitCode(HostError.Status.output.rawValue) }
    let isIncomplete = summary.deliveries.map { $0.undelivered > 0 || $0.refused > $0.gone } ?? false
    if summary.rejected > 0 || summary.unsentResponses > 0 || isIncomplete || summary.end.halt != nil
      || strict && summary.faults > 0
    {
      throw ExitCode(HostError.Status.failed.rawValue)
    }
  }
}

extension RunCommand {
  /// Returns the values of the flags, each of them alone.
  func flags() throws -> RunFlags {
    var flags = RunFlags()
    flags.inputs = inputs
    flags.sink = try sink?.value(of: "--sink")
    flags.emission = try emit?.value(of: "--emit")
    flags.outbox = outbox
    flags.follows = follow
    guard let time = Quantity.duration(retryFor) else {
      throw ValidationError("--retry-for is '\(retryFor)'; write it as 500ms, 90s or 30m.")
    }
    flags.retriesFor = time
    flags.files = files
    flags.metrics = metrics
    flags.responses = responseCommand.map { .command($0) } ?? responseURL.map { .server($0) }
    return flags
  }

  /// The files and commands that are written to beside the output, by the options that name them.
  private var files: [RunChannel: RunChannel.Place] {
    var files: [RunChannel: RunChannel.Place] = [:]
    for (channel, path) in [
      (RunChannel.audit, audit), (.rejects, rejects), (.undelivered, undelivered), (.feedback, feedback),
      (.responses, responses),
    ] {
      if let path { files[channel] = RunChannel.Place("--\(channel.rawValue)", .file(path)) }
    }
    if let feedbackCommand {
      files[.feedback] = RunChannel.Place("--feedback-command", .command(feedbackCommand))
    }
    return files
  }
}

extension RunPlan {
  /// Reads the flags of `notilua run` and the configuration that they name.
  ///
  /// - Throws: an error of the command line, or ``HostError``.
  package static func read(_ arguments: [String]) throws -> RunPlan {
    let command = try RunCommand.parse(arguments)
    return try command.plan(try command.flags())
  }

  /// The help text of the flags.
  package static var help: String { RunCommand.helpMessage() }

  /// The sentence of an error of ``read(_:)``.
  package static func message(_ error: any Error) -> String {
    (error as? HostError)?.message ?? RunCommand.message(for: error)
  }
}
