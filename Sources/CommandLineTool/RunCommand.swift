import APNs
import APNsCredentials
import ArgumentParser
import CProcessSandbox
import ConfigurationFiles
import Delivery
import Desktop
import EventLoop
import Glibc
import Notilua
import Outbox
import Pipeline
import WorkerHost

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

      With --sink apns, what comes out of the chain is pushed to APNs, by the credential that serves its topic. The \
      output then has a line for each notification that says what became of it. What APNs does not take at the moment \
      is tried again for --retry-for, and goes to --undelivered then, from where another run can push it; device \
      tokens that are gone go to --feedback.

      With --sink desktop, it is shown by the notification server of this session, as the content extension of its \
      category presents it. What people do with it is reported as responses. At most 1,000 of them wait for \
      --response-command or --response-url; one that cannot be sent is written to the error stream, with its cause.

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
        notilua run --outbox outbox in.ndjson
        notilua run --no-plugins --outbox outbox --sink apns --follow --audit audit \\
          < /dev/null
      """)

  @OptionGroup var chain: ChainOptions

  @Flag(help: "Run no plugin: for what has been through the chain already.")
  var noPlugins = false

  @Option(
    help: ArgumentHelp(
      "What is written: payloads, outcomes, or deliveries, which a sink has; without it payloads, and deliveries with a sink.",
      valueName: "form"), completion: .cases(FilterStage.Emission.self))
  var emit: String?

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
      "Deliver what the chain lets through: to apns, or to this desktop.", valueName: "sink"),
    completion: .list(["apns", "desktop"]))
  var sink: String?

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
    if let emit, FilterStage.Emission(rawValue: emit) == nil {
      throw ValidationError("--emit is '\(emit)'; use payloads, outcomes or deliveries.")
    }
    if let sink, sink != "apns", sink != "desktop" {
      throw ValidationError("--sink is '\(sink)'; use apns or desktop.")
    }
    if sink == "desktop", outbox != nil {
      throw ValidationError("--outbox is for APNs; a desktop shows at once or not at all, so leave it out.")
    }
    let takers = [responses, responseCommand, responseURL].compactMap(\.self)
    if sink != "desktop", !takers.isEmpty {
      throw ValidationError("--responses, --response-command and --response-url are for --sink desktop.")
    }
    if takers.count > 1 {
      throw ValidationError("--responses, --response-command and --response-url exclude each other.")
    }
    if noPlugins, chain.plugins != nil || !chain.chain.isEmpty {
      throw ValidationError("--no-plugins excludes --plugins and --plugin.")
    }
    if sink != "apns" {
      if sink == nil, emit == "deliveries", outbox == nil {
        throw ValidationError("--emit deliveries needs a sink or an outbox; add --sink apns.")
      }
      for (option, value) in [
        ("--feedback", feedback), ("--feedback-command", feedbackCommand),
        ("--server", apns.server), ("--trust", apns.trust), ("--credentials", apns.credentials),
        ("--environment", apns.environment), ("--topic", apns.topic),
      ] where value != nil {
        throw ValidationError("\(option) is for APNs; add --sink apns.")
      }
    }
    if feedback != nil, feedbackCommand != nil {
      throw ValidationError("--feedback and --feedback-command exclude each other.")
    }
    if Quantity.duration(retryFor) == nil {
      throw ValidationError("--retry-for is '\(retryFor)'; write it as 500ms, 90s or 30m.")
    }
  }

  func run() throws {
    var options = FilterStage.Options()
    options.inputs = inputs
    options.emission =
      emit.flatMap { FilterStage.Emission(rawValue: $0) }
      ?? (sink == nil && outbox == nil ? .payloads : .deliveries)
    options.auditPath = audit
    options.rejectsPath = rejects
    options.showsSummary = !quiet
    options.showsProgress = !quiet && isatty(2) == 1 && isatty(1) == 0
    options.undeliveredPath = undelivered
    options.feedbackPath = feedback
    options.feedbackCommand = feedbackCommand
    options.responsesPath = responses
    options.responseCommand = responseCommand
    let summary = try failing { () throws(HostError) -> RunSummary in
      var configuration = try chain.load(inProject: false)
      configuration.runsWithoutPlugins = noPlugins
      let queue = try queue(configuration, &options)
      options.queue = queue
      options.responseHook = try responseURL.map { address throws(HostError) in try ResponseHook(address) }
      let stage = try FilterStage(options, configuration: configuration, executable: WorkerExecutable.path)
      try stage.run()
      return stage.summary
    }
    if let signal = summary.stopSignal { StopSignals.endProcess(by: signal) }
    if summary.outputClosed { throw ExitCode(HostError.Status.output.rawValue) }
    let isIncomplete = summary.deliveries.map { $0.undelivered > 0 || $0.refused > $0.gone } ?? false
    if summary.rejected > 0 || summary.unsentResponses > 0 || isIncomplete || summary.halt != nil
      || strict && summary.faults > 0
    {
      throw ExitCode(HostError.Status.failed.rawValue)
    }
  }

  /// Returns the queue in front of the sink: in a file, or in memory.
  private func queue(
    _ configuration: Configuration, _ stage: inout FilterStage.Options
  ) throws(HostError) -> (any DeliveryQueue)? {
    let patience = Quantity.duration(retryFor) ?? .seconds(60)
    if sink == "desktop" {
      if configuration.outbox.path != nil {
        throw HostError(
          .usage,
          "the configuration has outbox.path, which is for APNs: a desktop shows at once or not at all; take it out of the"
            + " one for --sink desktop")
      }
      var options = MemoryQueue.Options()
      options.retriesFor = patience
      options.staysOpen = follow
      return MemoryQueue(try DesktopSink(configuration), options)
    }
    let sink = sink == nil ? nil : try apnsSink(configuration)
    guard let path = outbox ?? configuration.outbox.path else {
      if follow { throw HostError(.usage, "--follow is for an outbox; add --outbox FILE") }
      if sink == nil, undelivered != nil {
        throw HostError(.usage, "--undelivered is for a sink or an outbox; add --sink apns or --outbox FILE")
      }
      var options = MemoryQueue.Options()
      options.retriesFor = patience
      return sink.map { MemoryQueue($0, options) }
    }
    try stage.checkOutbox(path)
    var options = OutboxOptions(configuration.outbox)
    options.lingersFor = patience
    options.staysOpen = follow
    if let audit {
      do throws(LineFileError) {
        stage.auditFile = try LineFile(audit)
      } catch {
        throw HostError(.output, "--audit '\(audit)': \(systemMessage(error.code)); choose another path")
      }
    }
    do throws(OutboxError) {
      return try Outbox(path, options, sink: sink, audit: stage.auditFile.map { AuditLog($0) })
    } catch {
      throw HostError(.output, error.description)
    }
  }

  /// The sink, which looks after its credentials as they change on disk.
  private func apnsSink(_ configuration: Configuration) throws(HostError) -> APNsSink {
    ps_forbid_core_files()
    // What the command line says is looked at before any secret is opened.
    var options = try apns.options(configuration)
    // What has no connection waits in the sink no longer than it would outside.
    options.deadline = min(options.deadline, max(Quantity.duration(retryFor) ?? .seconds(60), .seconds(1)))
    let watch = try CredentialWatch(try apns.store(configuration)) {
      _ = fail(HostError(.usage, $0))
    }
    let sink: APNsSink
    do {
      sink = try APNsSink(watch.current, options)
    } catch let error as HostError {
      throw error
    } catch {
      throw HostError(.output, "no thread for APNs; look at the limits of processes and threads (ulimit -u)")
    }
    sink.reload = { watch.changed() }
    return sink
  }
}
