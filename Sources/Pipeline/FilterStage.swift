import CProcessSandbox
import ConfigurationFiles
import Delivery
import EventLoop
import FileReading
import Glibc
import LosslessJSON
import NotificationModel
import Notilua
import WorkerHost
import WorkerProtocol

/// Lines in, the chain, lines out: what `notilua run` does.
package final class FilterStage {
  /// What a line of output is.
  package enum Emission: String, Sendable, CaseIterable {
    case payloads
    case outcomes
    /// What became of each notification at the sink.
    case deliveries
  }

  /// The inputs, the output and the files of a run.
  package struct Options {
    /// The inputs in order; "-" is the standard input.
    package var inputs = ["-"]
    package var emission = Emission.payloads
    /// A file for the outcome of every line.
    package var auditPath: String?
    /// The same file, where the outbox has opened it already.
    package var auditFile: LineFile?
    /// A file for the bytes of rejected lines.
    package var rejectsPath: String?
    package var output: Int32 = 1
    /// Where people read what happened; -1 for nowhere.
    package var errors: Int32 = 2
    package var showsProgress = false
    package var showsSummary = true
    /// What brings the chain's notifications to a sink; nil for nothing, where the output is all there is.
    package var queue: (any DeliveryQueue)?
    /// A file for what the sink could not deliver.
    package var undeliveredPath: String?
    /// A file for the device tokens that the sink has found gone.
    package var feedbackPath: String?
    /// A command of the shell that reads them instead.
    package var feedbackCommand: String?
    /// A file for what people do with what was delivered.
    package var responsesPath: String?
    /// A command of the shell that reads it instead.
    package var responseCommand: String?
    /// A server that is sent it instead.
    package var responseHook: (any ResponseReceiver)?

    /// The files that are written beside the output, by their options.
    var paths: [(option: String, path: String?)] {
      [
        ("--audit", auditPath), ("--rejects", rejectsPath), ("--undelivered", undeliveredPath),
        ("--feedback", feedbackPath), ("--responses", responsesPath),
      ]
    }

    package init() {}

    /// Looks whether the run reads or writes its outbox as something else, before that is opened.
    package func checkOutbox(_ path: String) throws(HostError) { try RunFiles.checkOutbox(path, self) }
  }

  package private(set) var summary = RunSummary()

  private let options: Options
  private let pool: WorkerPool
  private let definitions: [PluginDefinition]
  private let names: Set<String>
  private let lineLimit: Int
  private let stopPipe: Int32
  private let files: RunFiles
  private let reporter: RunReporter
  private let desk: DeliveryLog?
  /// The queue of responses that are not written to a file, with the name of the receiver.
  private let responses: (queue: ResponseQueue, name: String)?
  /// Whether a signal or a plugin has stopped the run.
  private var hasStopped = false
  /// The line that is being written.
  private var currentLine = ""
  private var line = ByteBuffer(capacity: 4096)

  /// Opens the files and starts the workers.
  package init(
    _ options: Options, configuration: Configuration, executable: String
  ) throws(HostError) {
    self.options = options
    reporter = RunReporter(errors: options.errors, showsProgress: options.showsProgress)
    lineLimit = configuration.payloadLimit
    definitions = try configuration.definitions()
    names = Set(definitions.map(\.name))
    let keys = try configuration.keyRing()
    if !keys.isEmpty { ps_forbid_core_files() }
    var poolOptions = WorkerPool.Options(configuration, executable: executable)
    poolOptions.runner.content =
      options.queue != nil ? .payloads : options.emission == .payloads ? .lines : .none
    poolOptions.runner.writesOutcomes = options.emission == .outcomes || options.auditPath != nil
    pool = try WorkerPool(definitions: definitions, options: poolOptions, keys: keys)
    try pool.checkPlugins()
    for input in options.inputs where input != "-" { try Self.checkReadable(input) }
    files = try RunFiles(options)
    // Not before: a worker that does not start, or a pipe that nobody reads, is stopped by the signal itself.
    stopPipe = StopSignals.catchAll()
    let receiver: (any ResponseReceiver)? =
      try options.responseCommand.map { command throws(HostError) in try ResponseCommand(command) }
      ?? options.responseHook
    responses = receiver.map { (ResponseQueue($0, errors: options.errors), $0.name) }
    desk = options.queue.map { [files, reporter, responses] in
      DeliveryLog(
        $0, options, depthLimit: configuration.depthLimit,
        duplicateKeys: configuration.runnerOptions.duplicateKeys, files, reporter, responses: responses?.queue
      )
    }
  }

  /// Returns what to know about Landlock in the workers; nil where it is in force.
  private static func landlockWarning(_ pool: WorkerPool) -> String? {
    let rest = "workers are locked by seccomp and rlimits alone"
    // A worker says it, and may say anything: the smallest number has no opposite.
    switch 0 &- pool.landlock {
    case ...(-1): return nil
    case 0, ENOSYS: return "this kernel has no Landlock, or a container hides it; \(rest)"
    case EOPNOTSUPP: return "Landlock is not enabled; add it to 'lsm=' of the kernel's command line; \(rest)"
    case let code:
      return "Landlock is refused, and \(rest): \(KernelRefusal(number: pool.landlockCall, code).text)"
    }
  }

  /// Finds out before the first line whether an input can be read.
  private static func checkReadable(_ path: String) throws(HostError) {
    var status = stat()
    guard stat(path, &status) == 0, access(path, R_OK) == 0 else {
      throw HostError(.noInput, "'\(path)': \(systemMessage()); check the path and who may read it")
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw HostError(.noInput, "'\(path)' is a folder; name the files in it")
    }
  }

  // MARK: The run

  /// Runs until the inputs end, a signal or a plugin stops the run, or the output fails.
  package func run() throws(HostError) {
    pool.onResult = { [unowned self] in take($0) }
    pool.onEvent = { [unowned self] in reporter.tell($0) }
    for notice in files.notices { reporter.say(notice) }
    for (report, definition) in zip(pool.reports, definitions) {
      for capability in report.capabilities where !definition.capabilities.contains(capability) {
        reporter.say(
          "notilua: \(definition.name) asks for the capability '\(capability)', which the configuration does not grant; add"
            + " 'capabilities: [\(capability)]' to it in the configuration")
      }
    }
    if let warning = Self.landlockWarning(pool) { reporter.say("notilua: \(warning)") }
    do throws(HostError) {
      try readInputs()
      desk?.inputEnded()
      try drain()
    } catch {
      reporter.clearProgress()
      desk?.abandon()
      files.finishCommands()
      finishResponses()
      let reached =
        files.lastLine.isEmpty ? "no line was written" : "everything up to \(files.lastLine) was written"
      throw HostError(error.status, "\(error.message); \(reached)")
    }
    // What is over has nobody to wait for; nothing that was taken is forgotten all the same.
    if files.areOver || StopSignals.count > 1 { desk?.abandon() }
    desk?.close()
    files.finishCommands()
    finishResponses()
    summary.deliveries = desk?.totals
    reporter.clearProgress()
    if StopSignals.count > 0 { summary.stopSignal = StopSignals.last }
    summary.restarts = pool.restarts
    summary.lastLine = files.lastLine
    summary.outputClosed = files.outputClosed
    summary.wasCutShort = files.wasCutShort
    if let failure = files.failure { throw failure }
    if options.showsSummary, !summary.outputClosed {
      let names = definitions.map(\.name)
      for line in summary.lines(seconds: reporter.seconds, plugins: names, pool.totals) { reporter.say(line) }
    }
  }

  /// Waits for responses that are on their way, and reports those that were not sent.
  private func finishResponses() {
    guard let (queue, name) = responses else { return }
    let ending = queue.finish()
    summary.unsentResponses = ending.count + (desk?.unwrittenResponses ?? 0)
    if let line = ending.line(name) { reporter.say(line) }
    if let failure = ending.failure { files.fail(failure) }
  }

  private func readInputs() throws(HostError) {
    for (index, input) in options.inputs.enumerated() {
      if isStopping { return }
      // Without waiting: the writer of a pipe is waited for together with results and signals.
      let file = input == "-" ? 0 : open(input, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
      let code = errno
      guard file >= 0 else {
        try drain()
        throw HostError(.noInput, "'\(input)': \(systemMessage(code)); check the path")
      }
      if file > 0 { _ = fcntl(file, F_SETFL, fcntl(file, F_GETFL) & ~O_NONBLOCK) }
      defer { if file > 0 { close(file) } }
      let source = LineSource(file: file, limit: lineLimit)
      try read(source, input == "-" ? "stdin" : input, isFirst: index == 0)
    }
  }

  private func read(
    _ source: consuming some NotificationSource & ~Copyable, _ name: String, isFirst: Bool
  ) throws(HostError) {
    var reader = source
    reader.onOversized = { [unowned self] bytes in
      guard files.rejects >= 0, !isOver else { return }
      // Its bytes are not kept: what stands before it goes first.
      awaitResults()
      guard !isOver else { return }
      currentLine = name
      files.write(bytes, files.rejects)
    }
    var slot: Slot?
    var mayHaveMark = isFirst
    // What was read of a pipe is gone from it: a stop comes behind the last line that is here whole.
    let file = reader.descriptor
    let isConsumed = FileIdentity(file) == nil
    while !isStopping || isConsumed && reader.hasWholeLine && !isOver && StopSignals.count < 2 {
      if slot == nil, desk?.hasRoom ?? true, let vacant = pool.vacantSlot() {
        slot = vacant
        reader.begin(vacant.memory)
      }
      if slot != nil, reader.hasMore == false {
        let ready = try wait([stopPipe, file], timeout: options.showsProgress ? 500 : -1)
        if ready[0] { noteSignal() }
        reporter.showProgress(summary)
        if isStopping || !ready[1] { continue }
      } else if slot == nil {
        // Workers and sink have enough to do: the input waits, and so does whoever writes it.
        let ready = try wait([stopPipe], timeout: options.showsProgress ? 500 : -1)
        if ready[0] { noteSignal() }
        reporter.showProgress(summary)
        continue
      }
      guard let current = slot else { continue }
      var context = Batch.Context()
      context.input = name
      switch reader.fill(current.memory, most: pool.batchItems) {
      case .nothing: break
      case .lines:
        context.lines = reader.lines.map(\.number)
        context.lacksNewline = reader.lacksNewline
        // A byte order mark stands at the start of a text, and nowhere else.
        if mayHaveMark, reader.hasByteOrderMark, options.emission == .payloads {
          files.write([0xEF, 0xBB, 0xBF], files.output)
        }
        mayHaveMark = false
        pool.submit(
          current, reader.lines.map { BatchItem(offset: $0.offset, count: $0.count) }, context)
        slot = nil
      case .oversized(let line, let count):
        if files.rejects >= 0, !isOver { files.write([0x0A], files.rejects) }
        context.oversized = (line, count)
        pool.submitEmpty(context)
        reader.begin(current.memory)
      case .failed(let code): throw HostError(.noInput, "'\(name)': \(systemMessage(code))")
      case .ended: return
      }
    }
    // A stop in the middle of a line that is too long.
    if reader.isSkipping, files.rejects >= 0, !isOver { files.write([0x0A], files.rejects) }
  }

  /// Waits for what is in flight; the second signal is for leaving all the same.
  ///
  /// - Parameter isForSink: whether what the sink has not ended is waited for, too.
  private func drain(isForSink: Bool = true) throws(HostError) {
    let begun = monotonicNanoseconds()
    var isSaid = false
    // What stands before the line that stopped the run is delivered.
    while pool.pending > 0 && !isOver || isForSink && desk?.pending ?? 0 > 0 && !files.areOver {
      if StopSignals.count > 1 {
        // What the queue gives up on is written before the files are closed to it.
        desk?.abandon()
        files.giveUp()
        return
      }
      let ready = try wait([stopPipe], timeout: 500)
      if ready[0] { noteSignal() }
      if summary.stopSignal != nil, !isSaid, monotonicNanoseconds() - begun > 400_000_000 {
        isSaid = true
        let pushes = desk?.pending ?? 0
        if pushes == 0, pool.pending == 0 { continue }
        reporter.say(
          pool.pending > 0
            ? "notilua: stopping; plugins still run on what was read, another signal ends it without them"
            : "notilua: stopping; \(RunSummary.count(pushes, "push", plural: "pushes")) may still be answered within \(StopSignals.patience) seconds, another signal ends it without them"
        )
      }
      reporter.showProgress(summary)
    }
  }

  /// Waits until a descriptor is readable, a worker has results, or the sink something to tell.
  private func wait(_ files: [Int32], timeout: Int32) throws(HostError) -> [Bool] {
    var polled = files.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard let desk else { return try pool.wait(polled, timeout: timeout) }
    let due = desk.turn()
    polled.append(pollfd(fd: desk.descriptor, events: Int16(POLLIN), revents: 0))
    let limit = due < 0 ? timeout : timeout < 0 ? due : min(due, timeout)
    let ready = try pool.wait(polled, timeout: limit)
    _ = desk.turn()
    return Array(ready.dropLast())
  }

  private func awaitResults() {
    do throws(HostError) { try drain(isForSink: false) } catch { files.fail(error) }
  }

  private func noteSignal() {
    StopSignals.acknowledge()
    summary.stopSignal = StopSignals.last
    hasStopped = true
    desk?.stopRetrying()
  }

  // MARK: Results

  /// Whether nothing more is to be read.
  private var isStopping: Bool { hasStopped || files.areOver }

  /// Whether nothing more is to be written.
  private var isOver: Bool {
    files.areOver || summary.halt != nil
  }

  private func take(_ result: BatchResult) {
    if isOver { return }
    if let oversized = result.batch.context.oversized { takeOversized(oversized, result.batch.context) }
    guard let body = result.body else { return }
    if isPlain(result, body) { takePlain(result, body) } else { takeOneByOne(result, body) }
  }

  private func takePlain(_ result: BatchResult, _ body: ResultBody) {
    currentLine = place(result, body.items.lowerBound)
    let written = files.write(
      trimmed(body.output, lacksNewline(result, body.items.upperBound - 1), body), files.output)
    if !isOver {
      summary.lines += body.count
      for index in 0..<body.count { count(body[index]) }
      files.lastLine = place(result, body.items.upperBound - 1)
      return
    }
    // The place of the line that the output ends in.
    var left = written
    for index in 0..<body.count {
      left -= Int(body[index].outputCount)
      if left < 0 {
        files.cutOff(at: place(result, body.items.lowerBound + index))
        return
      }
      files.lastLine = place(result, body.items.lowerBound + index)
      summary.lines += 1
      count(body[index])
    }
  }

  /// Whether the output section can be written as it stands: in order, no outcomes, nothing to say.
  private func isPlain(_ result: BatchResult, _ body: ResultBody) -> Bool {
    result.isPlain && options.emission == .payloads && files.audit < 0 && body.notes.isEmpty && desk == nil
  }

  private func count(_ record: ResultRecord) {
    if record.action == .drop {
      summary.dropped += 1
    } else {
      summary.delivered += 1
      summary.changed += Int(record.isChanged)
    }
  }

  /// Whether an item's line had no newline, as the last line of an input may.
  private func lacksNewline(_ result: BatchResult, _ item: Int) -> Bool {
    result.batch.context.lacksNewline && item == result.batch.items.count - 1
  }

  /// Takes off the newline that the input's last line did not have.
  private func trimmed(
    _ output: UnsafeRawBufferPointer, _ lacksNewline: Bool, _ body: ResultBody
  ) -> UnsafeRawBufferPointer {
    lacksNewline && body[body.count - 1].outputCount > 0 ? files.withoutNewline(output) : output
  }

  private func takeOneByOne(_ result: BatchResult, _ body: ResultBody) {
    for entry in body.entries {
      currentLine = place(result, entry.item)
      takeOne(result, entry)
      if files.failure != nil { files.cutOff(at: currentLine) }
      if isOver { return }
      files.lastLine = currentLine
    }
  }

  private func takeOne(_ result: BatchResult, _ entry: ResultEntry) {
    summary.lines += 1
    summary.faults += Int(entry.record.faults)
    if let problem = result.malformed[entry.item] {
      reject(result, entry.item, 0, problem)
      return
    }
    for note in Note.read(entry.notes, plugins: names) { reporter.tell(note, at: currentLine) }
    switch entry.record.action {
    case .deliver, .drop: takePassed(result, entry)
    case .reject:
      reject(result, entry.item, Int(entry.record.offset), BatchResult.cause(entry.outcome))
    case .halt:
      summary.rejected += 1
      keep(result.kept[entry.item] ?? [])
      emit(result.batch.context, result.batch.context.lines[entry.item], entry.outcome)
      summary.halt = currentLine
      hasStopped = true
    }
  }

  /// Passes on a notification that the chain has delivered or dropped.
  private func takePassed(_ result: BatchResult, _ entry: ResultEntry) {
    let effects = PassEffects(entry.effects) ?? PassEffects()
    for name in effects.withdrawals { desk?.withdraw(name) }
    count(entry.record)
    // A line that is in the output is in the audit: the other way round it might be delivered twice.
    emit(result.batch.context, result.batch.context.lines[entry.item], entry.outcome)
    let isDelivered = entry.record.action == .deliver
    guard let desk else {
      if options.emission == .payloads { writeLine(entry.output, result, entry.item) }
      return
    }
    guard isDelivered, let line = result.kept[entry.item] else { return }
    let change = PayloadChange(
      payload: entry.output.isEmpty ? nil : Array(entry.output), attachments: effects.attachments)
    if options.emission == .payloads {
      (desk.filtered(line, change) + [0x0A]).withUnsafeBytes { writeLine($0, result, entry.item) }
    }
    desk.take(
      line, change, identifier: result.batch.identifiers.identifier(of: entry.item), place: currentLine)
  }

  /// Writes a line to the output, without the newline that its line in the input did not have.
  private func writeLine(_ line: UnsafeRawBufferPointer, _ result: BatchResult, _ item: Int) {
    files.write(lacksNewline(result, item) ? files.withoutNewline(line) : line, files.output)
  }

  private func place(_ result: BatchResult, _ item: Int) -> String {
    let context = result.batch.context
    return "\(context.input):\(context.lines.indices.contains(item) ? context.lines[item] : 0)"
  }

  // MARK: Rejects

  private func takeOversized(_ oversized: (line: Int, count: Int), _ context: Batch.Context) {
    summary.lines += 1
    let place = "\(context.input):\(oversized.line)"
    files.lastLine = place
    let cause = "the line has \(oversized.count) bytes; the limit is \(lineLimit) (limits.payload)"
    countRejection("the line is longer than limits.payload")
    if files.rejects < 0 { reporter.tellRejection(": \(cause)", at: place, kind: "limits.payload") }
    emitRejection(context, oversized.line, offset: lineLimit, cause)
  }

  private func reject(_ result: BatchResult, _ item: Int, _ offset: Int, _ cause: String) {
    keep(result.kept[item] ?? [])
    countRejection(cause)
    if files.rejects < 0 {
      reporter.tellRejection(" at byte \(offset): \(cause)", at: place(result, item), kind: cause)
    }
    emitRejection(result.batch.context, result.batch.context.lines[item], offset: offset, cause)
  }

  private func countRejection(_ cause: String) {
    summary.rejected += 1
    summary.countRejection(cause)
  }

  private func keep(_ bytes: [UInt8]) {
    if files.rejects >= 0 { files.write(bytes + [0x0A], files.rejects) }
  }

  private func emitRejection(_ context: Batch.Context, _ lineNumber: Int, offset: Int, _ cause: String) {
    var writer = JSONWriter()
    writer.member("action", "reject")
    writer.member("offset", offset)
    writer.member("reason", cause)
    emit(context, lineNumber, writer.buffer.bytes)
  }

  /// Writes an outcome to where outcomes go.
  private func emit(_ context: Batch.Context, _ lineNumber: Int, _ members: UnsafeRawBufferPointer) {
    guard options.emission == .outcomes || files.audit >= 0 else { return }
    line.removeAll()
    line.append("{")
    if options.inputs.count > 1 {
      line.append("\"input\":")
      JSONString.append(context.input, to: &line)
      line.append(0x2C)
    }
    line.append("\"line\":")
    line.append(decimal: lineNumber)
    line.append(0x2C)
    line.append(members)
    line.append("}\n")
    if files.audit >= 0 { files.write(line.bytes, files.audit) }
    if options.emission == .outcomes { files.write(line.bytes, files.output) }
  }
}
