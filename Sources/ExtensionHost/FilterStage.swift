import CProcessSandbox
import ExtensionRuntime
import Glibc
import NotificationModel
import WorkerProtocol

/// Lines in, the chain, lines out: what `notilua run` does.
package final class FilterStage {
  /// What a line of output is.
  package enum Emission: String, Sendable, CaseIterable {
    case payloads
    case outcomes
  }

  package struct Options: Sendable {
    /// The inputs in order; "-" is the standard input.
    package var inputs = ["-"]
    package var emission = Emission.payloads
    /// A file for the outcome of every line.
    package var auditPath: String?
    /// A file for the bytes of rejected lines.
    package var rejectsPath: String?
    package var output: Int32 = 1
    /// Where people read what happened; -1 for nowhere.
    package var errors: Int32 = 2
    package var showsProgress = false
    package var showsSummary = true

    package init() {}
  }

  package private(set) var summary = RunSummary()

  private let options: Options
  private let pool: WorkerPool
  private let definitions: [PluginDefinition]
  private let lineLimit: Int
  private let stopPipe: Int32
  private var audit: Int32 = -1
  private var rejects: Int32 = -1
  private var failure: HostError?
  private var failedFile: Int32 = -1
  private var isStopping = false
  /// The line that was written last, and the one that is being written.
  private var lastLine = ""
  private var currentLine = ""
  /// Whether an input ended without a newline, which is written once something follows.
  private var owesNewline = false
  /// Whether what is written next is a line without its newline.
  private var newlineIsNext = false
  private var line = ByteBuffer(capacity: 4096)
  private let startedAt = monotonicNanoseconds()
  private var progressAt: Int64 = 0
  private var hasProgressLine = false
  private var deaths = 0
  /// How many faults and warnings of each plugin there were.
  private var noteCounts: [String: Int] = [:]

  /// Opens the files and starts the workers.
  package init(
    _ options: Options, configuration: Configuration, executable: String
  ) throws(HostError) {
    self.options = options
    lineLimit = configuration.payloadLimit
    stopPipe = ps_catch_stop_signals()
    definitions = try configuration.definitions()
    let keys = try configuration.keyRing()
    if !keys.isEmpty { ps_forbid_core_files() }
    var poolOptions = WorkerPool.Options(configuration, executable: executable)
    poolOptions.runner.writesOutput = options.emission == .payloads
    poolOptions.runner.writesOutcomes = options.emission == .outcomes || options.auditPath != nil
    pool = try WorkerPool(definitions: definitions, options: poolOptions, keys: keys)
    try pool.checkPlugins()
    for input in options.inputs where input != "-" { try Self.checkReadable(input) }
    try Self.checkPlaces(options)
    if let path = options.auditPath { audit = try Self.openForWriting(path, "--audit") }
    if let path = options.rejectsPath { rejects = try Self.openForWriting(path, "--rejects") }
    if audit >= 0, rejects >= 0, let one = FileIdentity(audit), one == FileIdentity(rejects) {
      throw HostError(.usage, "--audit and --rejects name the same file; give each its own")
    }
  }

  deinit {
    if audit >= 0 { close(audit) }
    if rejects >= 0 { close(rejects) }
  }

  private static func openForWriting(_ path: String, _ option: String) throws(HostError) -> Int32 {
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw HostError(.output, "\(option) '\(path)': \(systemMessage()); choose another path")
    }
    return file
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

  /// Refuses to read what the run itself writes.
  private static func checkPlaces(_ options: Options) throws(HostError) {
    let output = FileIdentity(options.output)
    for input in options.inputs {
      let file = input == "-" ? FileIdentity(0) : FileIdentity(path: input)
      guard let file else { continue }
      if file == output {
        throw HostError(
          .usage,
          "\(input == "-" ? "stdin" : "'\(input)'") is also the output; write somewhere else, and rename it then"
        )
      }
      for (option, path) in [("--audit", options.auditPath), ("--rejects", options.rejectsPath)] {
        if let path, FileIdentity(path: path) == file {
          throw HostError(.usage, "\(option) '\(path)' is also an input; give it a file of its own")
        }
      }
    }
    for (option, path) in [("--audit", options.auditPath), ("--rejects", options.rejectsPath)] {
      guard let path else { continue }
      if path == "-" { throw HostError(.usage, "\(option) takes a file, not '-'; name one") }
      if let output, FileIdentity(path: path) == output {
        throw HostError(.usage, "\(option) '\(path)' is also the output; give it a file of its own")
      }
    }
  }

  // MARK: The run

  /// Runs until the inputs end, a signal or a plugin stops the run, or the output fails.
  package func run() throws(HostError) {
    pool.onResult = { [unowned self] in take($0) }
    pool.onEvent = { [unowned self] in tell($0) }
    for (report, definition) in zip(pool.reports, definitions) {
      for capability in report.capabilities where !definition.capabilities.contains(capability) {
        say(
          "notilua: \(report.name) asks for the capability '\(capability)', which nobody grants; add"
            + " 'capabilities: [\(capability)]' to it in the configuration")
      }
    }
    if pool.landlock == 0 {
      say("notilua: this kernel has no Landlock; workers are locked by seccomp and rlimits alone")
    }
    do throws(HostError) {
      try readInputs()
      try drain()
    } catch {
      clearProgress()
      let reached = lastLine.isEmpty ? "no line was written" : "everything up to \(lastLine) was written"
      throw HostError(error.status, "\(error.message); \(reached)")
    }
    clearProgress()
    if ps_stop_signal_count() > 0 { summary.stopSignal = ps_last_stop_signal() }
    summary.restarts = pool.restarts
    summary.lastLine = lastLine
    if let failure { throw failure }
    if options.showsSummary, !summary.outputClosed {
      let seconds = Double(monotonicNanoseconds() - startedAt) / 1e9
      for line in summary.lines(seconds: seconds, plugins: definitions.map(\.name), pool.totals) { say(line) }
    }
  }

  private func readInputs() throws(HostError) {
    for (index, input) in options.inputs.enumerated() {
      if isStopping { return }
      let file = input == "-" ? 0 : open(input, O_RDONLY | O_CLOEXEC)
      guard file >= 0 else {
        try drain()
        throw HostError(.noInput, "'\(input)': \(systemMessage()); check the path")
      }
      defer { if file > 0 { close(file) } }
      try read(file, input == "-" ? "stdin" : input, isFirst: index == 0)
    }
  }

  private func read(_ file: Int32, _ name: String, isFirst: Bool) throws(HostError) {
    var reader = LineReader(file: file, limit: lineLimit)
    reader.onOversized = { [unowned self] bytes in
      guard rejects >= 0 else { return }
      // Its bytes are not kept: what stands before it goes first.
      awaitResults()
      currentLine = name
      write(bytes, rejects)
    }
    var slot: Slot?
    var mayHaveMark = isFirst
    // What was read of a pipe is gone from it: a stop comes behind the last line that is here whole.
    let isConsumed = FileIdentity(file) == nil
    while !isStopping || isConsumed && reader.hasWholeLine && !isOver && ps_stop_signal_count() < 2 {
      if slot == nil, let vacant = pool.vacantSlot() {
        slot = vacant
        reader.begin(vacant)
      }
      if slot != nil, reader.hasMore == false {
        let ready = try pool.wait(
          [
            pollfd(fd: stopPipe, events: Int16(POLLIN), revents: 0),
            pollfd(fd: file, events: Int16(POLLIN), revents: 0),
          ],
          timeout: options.showsProgress ? 500 : -1)
        if ready[0] { noteSignal() }
        showProgress()
        if isStopping || !ready[1] { continue }
      } else if slot == nil {
        // Every worker has enough to do: the input waits, and so does whoever writes it.
        let ready = try pool.wait(
          [pollfd(fd: stopPipe, events: Int16(POLLIN), revents: 0)], timeout: options.showsProgress ? 500 : -1
        )
        if ready[0] { noteSignal() }
        showProgress()
        continue
      }
      guard let current = slot else { continue }
      var context = Batch.Context()
      context.input = name
      switch reader.fill(current, most: pool.batchItems) {
      case .nothing: break
      case .lines:
        context.lines = reader.lines
        context.lacksNewline = reader.lacksNewline
        // A byte order mark stands at the start of a text, and nowhere else.
        if mayHaveMark, reader.hasByteOrderMark { putByteOrderMark() }
        mayHaveMark = false
        pool.submit(current, reader.items, context)
        slot = nil
      case .oversized(let line, let count):
        if rejects >= 0 { write([0x0A], rejects) }
        context.oversized = (line, count)
        pool.submitEmpty(context)
        reader.begin(current)
      case .failed(let code): throw HostError(.noInput, "'\(name)': \(systemMessage(code))")
      case .ended: return
      }
    }
  }

  /// Waits for what is in flight; the second signal is for leaving all the same.
  private func drain() throws(HostError) {
    let begun = monotonicNanoseconds()
    var isSaid = false
    while pool.pending > 0, !isOver {
      if ps_stop_signal_count() > 1 {
        summary.wasCutShort = true
        return
      }
      let ready = try pool.wait([pollfd(fd: stopPipe, events: Int16(POLLIN), revents: 0)], timeout: 500)
      if ready[0] { noteSignal() }
      if summary.stopSignal != nil, !isSaid, monotonicNanoseconds() - begun > 400_000_000 {
        isSaid = true
        say("notilua: stopping; plugins still run on what was read, another signal ends it without them")
      }
      showProgress()
    }
  }

  private func awaitResults() {
    do throws(HostError) { try drain() } catch { failure = failure ?? error }
  }

  private func noteSignal() {
    var byte: UInt8 = 0
    while Glibc.read(stopPipe, &byte, 1) == 1 {}
    summary.stopSignal = ps_last_stop_signal()
    isStopping = true
  }

  // MARK: Results

  /// Whether nothing more is to be written.
  private var isOver: Bool {
    failure != nil || summary.halt != nil || summary.outputClosed || summary.wasCutShort
  }

  private func take(_ result: BatchResult) {
    if isOver { return }
    if let oversized = result.batch.context.oversized { takeOversized(oversized, result.batch.context) }
    guard let body = result.body else { return }
    if isPlain(result, body) { takePlain(result, body) } else { takeOneByOne(result, body) }
  }

  private func takePlain(_ result: BatchResult, _ body: ResultBody) {
    currentLine = place(result, body.items.lowerBound)
    let written = write(
      trimmed(body.output, lacksNewline(result, body.items.upperBound - 1), body), options.output)
    if !isOver {
      summary.lines += body.count
      count(body)
      lastLine = place(result, body.items.upperBound - 1)
      return
    }
    // The place of the line that the output ends in.
    var left = written
    for index in 0..<body.count {
      left -= Int(body[index].outputCount)
      if left < 0 {
        cutOff(at: place(result, body.items.lowerBound + index))
        return
      }
      lastLine = place(result, body.items.lowerBound + index)
    }
  }

  /// Whether the output section can be written as it stands: in order, no outcomes, nothing to say.
  private func isPlain(_ result: BatchResult, _ body: ResultBody) -> Bool {
    result.isPlain && options.emission == .payloads && audit < 0 && body.notes.isEmpty
  }

  private func count(_ body: ResultBody) {
    for index in 0..<body.count {
      let record = body[index]
      if record.action == ResultRecord.Action.drop.rawValue {
        summary.dropped += 1
      } else {
        summary.delivered += 1
        summary.changed += Int(record.isChanged)
      }
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
    lacksNewline && body[body.count - 1].outputCount > 0 ? withoutNewline(output) : output
  }

  /// A line without its newline, which is written where another line follows: the next input's first, perhaps.
  private func withoutNewline(_ output: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    if output.isEmpty { return output }
    newlineIsNext = true
    return UnsafeRawBufferPointer(rebasing: output.dropLast())
  }

  private func takeOneByOne(_ result: BatchResult, _ body: ResultBody) {
    var places = (output: 0, outcome: 0, note: 0)
    var order = [(record: ResultRecord, output: Int, outcome: Int, note: Int)](
      repeating: (body[0], 0, 0, 0), count: body.count)
    for index in 0..<body.count {
      let record = body[index]
      order[Int(record.item) - body.items.lowerBound] = (record, places.output, places.outcome, places.note)
      places.output += Int(record.outputCount)
      places.outcome += Int(record.outcomeCount)
      places.note += Int(record.noteCount)
    }
    for (item, entry) in zip(body.items, order) {
      currentLine = place(result, item)
      takeOne(result, body, item, entry)
      if failure != nil { cutOff(at: currentLine) }
      if isOver { return }
      lastLine = currentLine
    }
  }

  private func takeOne(
    _ result: BatchResult, _ body: ResultBody, _ item: Int,
    _ entry: (record: ResultRecord, output: Int, outcome: Int, note: Int)
  ) {
    let record = entry.record
    summary.lines += 1
    summary.faults += Int(record.faults)
    let outcome = section(body.outcomes, entry.outcome, record.outcomeCount)
    let output = section(body.output, entry.output, record.outputCount)
    guard !result.malformed.contains(item) else {
      reject(result, item, 0, "the worker's result is not one line")
      return
    }
    let lineNumber = result.batch.context.lines[item]
    for note in Note.read(section(body.notes, entry.note, record.noteCount)) {
      tell(note)
    }
    switch ResultRecord.Action(rawValue: record.action) {
    case .deliver, .drop:
      if record.action == ResultRecord.Action.drop.rawValue {
        summary.dropped += 1
      } else {
        summary.delivered += 1
        summary.changed += Int(record.isChanged)
      }
      // A line that is in the output is in the audit: the other way round it might be delivered twice.
      emit(result.batch.context, lineNumber, outcome)
      if options.emission == .payloads {
        write(lacksNewline(result, item) ? withoutNewline(output) : output, options.output)
      }
    case .reject:
      reject(result, item, Int(record.offset), String(decoding: outcome, as: UTF8.self))
    case .halt, nil:
      summary.rejected += 1
      keep(result.kept[item] ?? [])
      emit(result.batch.context, lineNumber, outcome)
      summary.halt = currentLine
      isStopping = true
    }
  }

  private func section(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ count: UInt32)
    -> UnsafeRawBufferPointer
  {
    UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(count)])
  }

  private func place(_ result: BatchResult, _ item: Int) -> String {
    let context = result.batch.context
    return "\(context.input):\(context.lines.indices.contains(item) ? context.lines[item] : 0)"
  }

  // MARK: Rejects

  private func takeOversized(_ oversized: (line: Int, count: Int), _ context: Batch.Context) {
    summary.lines += 1
    summary.rejected += 1
    let place = "\(context.input):\(oversized.line)"
    lastLine = place
    let cause = "the line has \(oversized.count) bytes; the limit is \(lineLimit) (limits.payload)"
    if rejects < 0 { say("\(place): rejected: \(cause)") }
    emitRejection(context, oversized.line, offset: lineLimit, cause)
  }

  private func reject(_ result: BatchResult, _ item: Int, _ offset: Int, _ cause: String) {
    summary.rejected += 1
    keep(result.kept[item] ?? [])
    if rejects < 0 { say("\(place(result, item)): rejected at byte \(offset): \(cause)") }
    emitRejection(result.batch.context, result.batch.context.lines[item], offset: offset, cause)
  }

  private func keep(_ bytes: [UInt8]) {
    if rejects >= 0 { write(bytes + [0x0A], rejects) }
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
    guard options.emission == .outcomes || audit >= 0 else { return }
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
    if audit >= 0 { write(line.bytes, audit) }
    if options.emission == .outcomes { write(line.bytes, options.output) }
  }

  // MARK: Output

  private func putByteOrderMark() {
    if options.emission == .payloads { write([0xEF, 0xBB, 0xBF], options.output) }
  }

  private func write(_ bytes: [UInt8], _ file: Int32) { bytes.withUnsafeBytes { _ = write($0, file) } }

  /// Writes to one of the files, and notes where that fails.
  ///
  /// - Returns: how many of the bytes were written.
  @discardableResult
  private func write(_ bytes: UnsafeRawBufferPointer, _ file: Int32) -> Int {
    guard !bytes.isEmpty, failure == nil, !summary.outputClosed, !summary.wasCutShort else { return 0 }
    if file == options.output {
      let isWithoutNewline = newlineIsNext
      newlineIsNext = false
      if owesNewline {
        owesNewline = false
        write([0x0A], file)
      }
      owesNewline = isWithoutNewline
    }
    // A reader that does not read holds everything up; the second signal is for leaving all the same.
    let (count, code) = writeAll(file, bytes) { ps_stop_signal_count() < 2 }
    switch code {
    case 0: return count
    case EPIPE where file == options.output: summary.outputClosed = true
    case EINTR: summary.wasCutShort = true
    default:
      failedFile = file
      failure = HostError(.output, "\(name(of: file)): \(systemMessage(code))")
    }
    isStopping = true
    return count
  }

  private func name(of file: Int32) -> String {
    if file == options.output { return "the output" }
    return (file == audit ? options.auditPath : options.rejectsPath) ?? ""
  }

  /// Completes the failure with the place that the output ends at.
  private func cutOff(at place: String) {
    guard let cause = failure else { return }
    // The audit is written before the output, and may be one outcome ahead of it.
    let files = failedFile == options.output && audit >= 0 ? "the output and the audit" : name(of: failedFile)
    let rest =
      lastLine.isEmpty
      ? "no line was written whole, so empty \(files)"
      : "\(lastLine) is the last line written whole, so cut off what follows it in \(files)"
    failure = HostError(cause.status, "\(cause.message); \(rest) and go on at \(place)")
  }

  // MARK: What people read

  private func say(_ text: String) {
    clearProgress()
    var text = text.printable + "\n"
    text.withUTF8 { _ = writeAll(options.errors, UnsafeRawBufferPointer($0)) }
  }

  private func tell(_ note: Note) {
    var text = "\(currentLine): \(note.plugin.isEmpty ? "" : note.plugin + ": ")\(note.level): \(note.text)"
    if note.level == "fault" || note.level == "warning" {
      // One that comes again and again is not worth a line each time.
      let number = (noteCounts[note.plugin + note.level] ?? 0) + 1
      noteCounts[note.plugin + note.level] = number
      guard number <= 10 || number.isMultiple(of: 1000) else { return }
      if number == 10 { text += "; from here on every thousandth is shown" }
    }
    say(text)
  }

  private func tell(_ event: WorkerPool.Event) {
    switch event {
    case .quarantined(let plugin, let faults, let time):
      say("notilua: \(plugin): quarantined for \(time) after \(faults) faults in a row")
    case .released(let plugin): say("notilua: \(plugin): runs again, its quarantine is over")
    case .workerDied(let signal, let status):
      deaths += 1
      // One that dies again and again is not worth a line each time.
      guard deaths <= 5 || deaths.isMultiple(of: 100) else { return }
      let cause = signal.map { "signal \($0)" } ?? "status \(status ?? 0)"
      let number = deaths > 5 ? ", number \(deaths)" : ""
      say("notilua: a worker died (\(cause)\(number)); another does its work again")
    }
  }

  private func showProgress() {
    guard options.showsProgress else { return }
    let now = monotonicNanoseconds()
    guard now - max(progressAt, startedAt) > 500_000_000 else { return }
    progressAt = now
    let seconds = Double(now - startedAt) / 1e9
    let text =
      "\(RunSummary.grouped(summary.lines)) lines, \(RunSummary.grouped(Int(Double(summary.lines) / seconds)))/s,"
      + " \(RunSummary.grouped(summary.changed)) changed, \(RunSummary.grouped(summary.dropped)) dropped,"
      + " \(RunSummary.grouped(summary.rejected)) rejected"
    // A line that is wrapped cannot be written over.
    var bytes = "\r\u{1B}[K" + text.prefix(terminalWidth(options.errors) - 1)
    bytes.withUTF8 { _ = writeAll(options.errors, UnsafeRawBufferPointer($0)) }
    hasProgressLine = true
  }

  private func clearProgress() {
    guard hasProgressLine else { return }
    hasProgressLine = false
    "\r\u{1B}[K".withCString { _ = Glibc.write(options.errors, $0, strlen($0)) }
  }
}
