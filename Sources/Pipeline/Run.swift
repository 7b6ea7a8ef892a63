import ConfigurationFiles
import Delivery
import EventLoop
import Glibc
import NotificationModel
import Notilua
import WorkerHost
import WorkerProtocol

/// One run: a source, the chain, a queue, and a sink.
package final class Run {
  let options: Options
  let reactor: Reactor
  let pools: PoolSuccession
  let parts: RunParts
  let destination: Destination
  let results: ChainResults
  let lineLimit: Int
  private let responses: ResponseQueue?
  var metrics: RunMetrics?
  private lazy var meter = makeMeter()

  var state: RunState { parts.state }
  var output: RunOutput { parts.output }
  var files: RunFiles { parts.files }
  var reporter: RunReporter { parts.reporter }
  var fates: FateBook { parts.fates }

  /// The summary of the run so far.
  package var summary: RunSummary { state.summary }

  /// Opens the files and starts the workers, with a chain that stays the same.
  ///
  /// - Parameter reactor: the loop of the run, which the queue has as well.
  package convenience init(
    _ options: Options, configuration: Configuration, executable: String, on reactor: Reactor
  ) throws(HostError) {
    let chain = try ChainContent(configuration, executable: executable)
    try self.init(options, configuration: configuration, chain: chain, generation: nil, on: reactor)
  }

  /// Opens the files and starts the workers, with a generation of the chain that another may follow.
  ///
  /// - Parameter generation: the mark that its outcomes and notifications have; nil where no other chain may follow.
  package init(
    _ options: Options, configuration: Configuration, chain: ChainContent, generation: GenerationMark?,
    on reactor: Reactor
  ) throws(HostError) {
    self.options = options
    self.reactor = reactor
    lineLimit = configuration.payloadLimit
    let reporter = RunReporter(
      errors: options.errors, showsProgress: options.showsProgress, tell: options.tell)
    let first = try RunningChain(chain, generation: generation, options, on: reactor)
    try first.load()
    pools = PoolSuccession(first)
    for path in options.inputs.compactMap(\.path) { try RunInput.checkReadable(path) }
    try RunPlaces(options).check()
    let state = RunState()
    let files = try RunFiles(options.files, audit: options.auditFile, state)
    // Not before: a worker that does not start, or a pipe that nobody reads, is stopped by the signal itself.
    state.stops = options.catchStops()
    responses = try options.responses.map { target throws(HostError) in
      ResponseQueue(try target.receiver(), errors: options.errors)
    }
    let output = RunOutput(
      options.output, state, tellsEnds: options.emission == .deliveries, hasAudit: files.has(.audit))
    parts = RunParts(
      state: state, output: output, files: files, reporter: reporter, fates: FateBook(),
      observer: options.observer)
    metrics = options.metering.map { RunMetrics($0.registry, plugins: first.names) }
    destination = Self.destination(options, parts, responses, metrics, configuration, reactor)
    results = ChainResults(
      parts, OutcomeLines(parts, options.emission, namesInput: options.inputs.count > 1), destination,
      lineLimit: lineLimit)
  }

  private static func destination(
    _ options: Options, _ parts: RunParts, _ responses: ResponseQueue?, _ metrics: RunMetrics?,
    _ configuration: Configuration, _ reactor: Reactor
  ) -> Destination {
    guard let queue = options.queue else {
      return .lines(
        LinesSink(on: reactor) { [output = parts.output] lines in
          let count = output.write(lines)
          return (count, count == lines.count ? 0 : EIO)
        })
    }
    return .queue(
      DeliveryLog(
        queue, parts, writesLines: options.emission == .deliveries && options.output >= 0,
        responses: responses,
        metrics: metrics,
        depthLimit: configuration.depthLimit, duplicateKeys: configuration.runnerOptions.duplicateKeys))
  }

  private func makeMeter() -> RunMeter? {
    guard let options = options.metering, metrics != nil else { return nil }
    return RunMeter(options, reporter) { [unowned self] in if let metrics { refresh(metrics) } }
  }

  /// A Boolean value that indicates whether a plugin's fault may stop the run, by its own policy or the operator's; of a
  /// generation that is loaded where there is one.
  package var mayHalt: Bool { pools.mayHalt }

  /// Opens the files beside the output anew, which another program may have renamed.
  package func reopenFiles() {
    for problem in files.reopen() { reporter.say("notilua: \(problem)") }
  }

  /// Withdraws what goes by names; calls a function once that holds whatever happens to this process.
  package func recall(_ names: [String], then: @escaping () -> Void) {
    guard let log = destination.log else { return }
    log.recall(names, then: then)
  }

  // MARK: The run

  /// Runs until the inputs end, a signal or a plugin stops the run, or the output fails.
  ///
  /// - Throws: ``HostError`` that says how far the run came.
  package func run() throws(HostError) {
    pools.onResult = { [unowned self] in results.take($0) }
    pools.onEvent = { [unowned self] in reporter.tell($0) }
    RunNotices(self).say()
    meter?.begin(on: reactor)
    let signals = reactor.watch(state.stops.descriptor) { [state] _ in state.stops.acknowledge() }
    defer { signals.cancel() }
    do throws(HostError) {
      try InputReader(self).readAll()
      state.note(.inputEnded(at: MonotonicClock.now))
      destination.log?.inputEnded()
      try drain()
    } catch {
      throw failed(error)
    }
    try finish()
  }

  /// Ends what is open where the run cannot go on; returns the error with how far it came.
  private func failed(_ error: HostError) -> HostError {
    reporter.clearProgress()
    destination.log?.abandon()
    files.finishCommands()
    finishResponses()
    fates.end()
    meter?.end()
    let reached =
      state.lastLine.isEmpty ? "no line was written" : "everything up to \(state.lastLine) was written"
    return HostError(error.status, "\(error.message); \(reached)")
  }

  private func finish() throws(HostError) {
    // What is over has nobody to wait for; nothing that was taken is forgotten all the same.
    if !state.phase.waits || !state.isPatient { destination.log?.abandon() }
    destination.log?.close()
    fates.end()
    files.finishCommands()
    finishResponses()
    reporter.clearProgress()
    noteSignal()
    let failure = state.phase.failure
    state.note(.closed)
    complete()
    meter?.end()
    if let failure { throw failure }
    guard options.showsSummary, !summary.end.outputClosed else { return }
    let names = pools.current.names
    let totals = pools.totals.plugins(names)
    for line in summary.lines(seconds: reporter.seconds, plugins: names, totals) { reporter.say(line) }
  }

  private func complete() {
    state.summary.end = state.phase.end
    state.summary.deliveries = destination.log?.totals
    state.summary.restarts = pools.totals.restarts
    state.summary.lastLine = state.lastLine
  }

  /// Waits for responses that are on their way, and reports those that were not sent.
  private func finishResponses() {
    guard let responses else { return }
    let ending = responses.finish()
    state.summary.unsentResponses = ending.count + (destination.log?.unwrittenResponses ?? 0)
    if let line = ending.line(responses.name) { reporter.say(line) }
    if let failure = ending.failure { state.note(.failure(failure)) }
  }
}
