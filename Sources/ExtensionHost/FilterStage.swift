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

  /// What a run came to.
  package struct Summary: Sendable, Equatable {
    package var lines = 0
    package var delivered = 0
    package var changed = 0
    package var dropped = 0
    package var rejected = 0
    package var faults = 0
    package var restarts = 0
    /// The signal that stopped the run.
    package var stopSignal: Int32?
    /// Where a plugin's fault stopped the run.
    package var halt: String?
    /// Whether the reader of the output went away.
    package var outputClosed = false
  }

  package private(set) var summary = Summary()

  private let options: Options
  private let pool: WorkerPool
  private let definitions: [PluginDefinition]
  private let lineLimit: Int
  private let stopPipe: Int32
  private var audit: Int32 = -1
  private var rejects: Int32 = -1
  private var failure: HostError?
  private var isStopping = false
  private var lastLine = ""
  private var line = ByteBuffer(capacity: 4096)
  private let startedAt = monotonicNanoseconds()
  private var progressAt: Int64 = 0
  private var hasProgressLine = false

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
    for report in pool.reports where !report.failure.isEmpty {
      throw HostError(.plugins, "\(report.failure); 'notilua check' looks at every plugin")
    }
    if let path = options.auditPath { audit = try Self.openForWriting(path) }
    if let path = options.rejectsPath { rejects = try Self.openForWriting(path) }
  }

  deinit {
    if audit >= 0 { close(audit) }
    if rejects >= 0 { close(rejects) }
  }

  private static func openForWriting(_ path: String) throws(HostError) -> Int32 {
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw HostError(.output, "\(path): \(systemMessage()); choose another path") }
    return file
  }

  // MARK: The run

  /// Runs until the inputs end, a signal or a plugin stops the run, or the output fails.
  package func run() throws(HostError) {
    pool.onResult = { [unowned self] in take($0) }
    pool.onEvent = { [unowned self] in tell($0) }
    if pool.landlock == 0 {
      say("notilua: this kernel has no Landlock; workers are locked by seccomp and rlimits alone")
    }
    for input in options.inputs {
      if isStopping { break }
      let file = input == "-" ? 0 : open(input, O_RDONLY | O_CLOEXEC)
      guard file >= 0 else {
        try drain()
        throw HostError(.noInput, "\(input): \(systemMessage()); check the path")
      }
      defer { if file > 0 { close(file) } }
      try read(file, input == "-" ? "stdin" : input)
    }
    try drain()
    clearProgress()
    summary.restarts = pool.restarts
    if let failure { throw failure }
    if options.showsSummary, !summary.outputClosed { tellSummary() }
  }

  private func read(_ file: Int32, _ name: String) throws(HostError) {
    var reader = LineReader(file: file, limit: lineLimit)
    let rejectsFile = rejects
    reader.onOversized = { bytes in if rejectsFile >= 0 { _ = writeAll(rejectsFile, bytes) } }
    var slot: Slot?
    var isFirst = true
    while !isStopping {
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
      switch reader.fill(current) {
      case .nothing: break
      case .lines:
        context.lines = reader.lines
        context.lacksNewline = reader.lacksNewline
        if isFirst, reader.hasByteOrderMark { putByteOrderMark() }
        isFirst = false
        pool.submit(current, reader.items, context)
        slot = nil
      case .oversized(let line, let count):
        if rejects >= 0 { _ = "\n".withCString { Glibc.write(rejects, $0, 1) } }
        context.oversized = (line, count)
        pool.submitEmpty(context)
        reader.begin(current)
      case .failed(let code): throw HostError(.noInput, "\(name): \(systemMessage(code))")
      case .ended: return
      }
    }
  }

  /// Waits for what is in flight.
  private func drain() throws(HostError) {
    while pool.pending > 0, failure == nil, !summary.outputClosed {
      let ready = try pool.wait([pollfd(fd: stopPipe, events: Int16(POLLIN), revents: 0)], timeout: 500)
      if ready[0] { noteSignal() }
      showProgress()
    }
  }

  private func noteSignal() {
    var byte: UInt8 = 0
    while Glibc.read(stopPipe, &byte, 1) == 1 {}
    summary.stopSignal = ps_last_stop_signal()
    isStopping = true
  }

  // MARK: Results

  private func take(_ result: BatchResult) {
    if failure != nil || summary.halt != nil || summary.outputClosed { return }
    if let oversized = result.batch.context.oversized { takeOversized(oversized, result.batch.context) }
    guard let body = result.body else { return }
    lastLine = place(result, body.count - 1)
    if isPlain(body) {
      summary.lines += body.count
      count(body)
      write(trimmed(body.output, result.batch.context.lacksNewline, body), options.output)
      return
    }
    takeOneByOne(result, body)
  }

  /// Whether the output section can be written as it stands: in order, no outcomes, nothing to say.
  private func isPlain(_ body: ResultBody) -> Bool {
    guard options.emission == .payloads, audit < 0, body.notes.isEmpty else { return false }
    var at = 0
    for index in 0..<body.count {
      let record = body[index]
      guard Int(record.item) == index, record.action <= ResultRecord.Action.drop.rawValue else {
        return false
      }
      guard holdsOneLine(body.output, at, Int(record.outputCount)) else { return false }
      at += Int(record.outputCount)
    }
    return true
  }

  /// Whether a worker's output for one notification is one line and nothing else.
  private func holdsOneLine(_ output: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> Bool {
    guard count > 0, let base = output.baseAddress else { return true }
    return memchr(base + start, 0x0A, count) == UnsafeMutableRawPointer(mutating: base + start + count - 1)
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

  /// Takes off the newline that the input's last line did not have.
  private func trimmed(
    _ output: UnsafeRawBufferPointer, _ lacksNewline: Bool, _ body: ResultBody
  ) -> UnsafeRawBufferPointer {
    guard lacksNewline, !output.isEmpty, body[body.count - 1].outputCount > 0 else { return output }
    return UnsafeRawBufferPointer(rebasing: output.dropLast())
  }

  private func takeOneByOne(_ result: BatchResult, _ body: ResultBody) {
    var places = (output: 0, outcome: 0, note: 0)
    var order = [(record: ResultRecord, output: Int, outcome: Int, note: Int)](
      repeating: (body[0], 0, 0, 0), count: body.count)
    for index in 0..<body.count {
      let record = body[index]
      order[Int(record.item)] = (record, places.output, places.outcome, places.note)
      places.output += Int(record.outputCount)
      places.outcome += Int(record.outcomeCount)
      places.note += Int(record.noteCount)
    }
    for (item, entry) in order.enumerated() {
      if failure != nil || summary.halt != nil || summary.outputClosed { return }
      let isLast = item == body.count - 1 && result.batch.context.lacksNewline
      takeOne(result, body, item, entry, isLast: isLast)
    }
  }

  private func takeOne(
    _ result: BatchResult, _ body: ResultBody, _ item: Int,
    _ entry: (record: ResultRecord, output: Int, outcome: Int, note: Int), isLast: Bool
  ) {
    let record = entry.record
    summary.lines += 1
    summary.faults += Int(record.faults)
    let outcome = section(body.outcomes, entry.outcome, record.outcomeCount)
    let lineNumber = result.batch.context.lines[item]
    for note in Note.read(section(body.notes, entry.note, record.noteCount)) where note.level != "debug" {
      say("\(place(result, item)): \(note.plugin): \(note.level): \(note.text)")
    }
    switch ResultRecord.Action(rawValue: record.action) {
    case .deliver, .drop:
      if record.action == ResultRecord.Action.drop.rawValue {
        summary.dropped += 1
      } else {
        summary.delivered += 1
        summary.changed += Int(record.isChanged)
      }
      if options.emission == .payloads {
        var output = section(body.output, entry.output, record.outputCount)
        guard holdsOneLine(body.output, entry.output, output.count) else {
          reject(result, item, 0, "the worker's result is not one line")
          return
        }
        if isLast, !output.isEmpty { output = UnsafeRawBufferPointer(rebasing: output.dropLast()) }
        write(output, options.output)
      }
      emit(lineNumber, outcome)
    case .reject:
      reject(result, item, Int(record.offset), String(decoding: outcome, as: UTF8.self))
    case .halt, nil:
      summary.rejected += 1
      keep(result.rejected[item] ?? [])
      emit(lineNumber, outcome)
      summary.halt = place(result, item)
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
    say("\(place): rejected: \(cause)")
    emitRejection(oversized.line, offset: lineLimit, cause)
  }

  private func reject(_ result: BatchResult, _ item: Int, _ offset: Int, _ cause: String) {
    summary.rejected += 1
    keep(result.rejected[item] ?? [])
    if rejects < 0 { say("\(place(result, item)): rejected at byte \(offset): \(cause)") }
    emitRejection(result.batch.context.lines[item], offset: offset, cause)
  }

  private func keep(_ bytes: [UInt8]) {
    guard rejects >= 0 else { return }
    (bytes + [0x0A]).withUnsafeBytes { write($0, rejects) }
  }

  private func emitRejection(_ lineNumber: Int, offset: Int, _ cause: String) {
    var writer = JSONWriter()
    writer.member("action", "reject")
    writer.member("offset", offset)
    writer.member("reason", cause)
    emit(lineNumber, writer.buffer.bytes)
  }

  /// Writes an outcome to where outcomes go.
  private func emit(_ lineNumber: Int, _ members: UnsafeRawBufferPointer) {
    guard options.emission == .outcomes || audit >= 0 else { return }
    line.removeAll()
    line.append("{\"line\":")
    line.append(decimal: lineNumber)
    line.append(0x2C)
    line.append(members)
    line.append("}\n")
    if options.emission == .outcomes { write(line.bytes, options.output) }
    if audit >= 0 { write(line.bytes, audit) }
  }

  // MARK: Output

  private func putByteOrderMark() {
    guard options.emission == .payloads else { return }
    ([0xEF, 0xBB, 0xBF] as [UInt8]).withUnsafeBytes { write($0, options.output) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer, _ file: Int32) {
    guard !bytes.isEmpty, failure == nil, !summary.outputClosed else { return }
    // A reader that does not read holds everything up; the second signal is for leaving all the same.
    let code = writeAll(file, bytes) { ps_stop_signal_count() < 2 }
    switch code {
    case 0: return
    case EPIPE where file == options.output:
      summary.outputClosed = true
      isStopping = true
    case EINTR:
      failure = HostError(.output, "stopped in the middle of a line after \(lastLine)")
      isStopping = true
    default:
      let name =
        file == options.output
        ? "the output" : file == audit ? options.auditPath ?? "" : options.rejectsPath ?? ""
      failure = HostError(
        .output, "\(name): \(systemMessage(code)); everything before \(lastLine) was written")
      isStopping = true
    }
  }

  // MARK: What people read

  private func say(_ text: String) {
    clearProgress()
    var text = text + "\n"
    text.withUTF8 { _ = writeAll(options.errors, UnsafeRawBufferPointer($0)) }
  }

  private func tell(_ event: WorkerPool.Event) {
    switch event {
    case .quarantined(let plugin, let faults, let time):
      say("notilua: \(plugin): quarantined for \(time) after \(faults) faults in a row")
    case .released(let plugin): say("notilua: \(plugin): runs again, its quarantine is over")
    case .workerDied(let signal, let status):
      let cause = signal.map { "signal \($0)" } ?? "status \(status ?? 0)"
      say("notilua: a worker died (\(cause)); another does its work again")
    }
  }

  private func showProgress() {
    guard options.showsProgress else { return }
    let now = monotonicNanoseconds()
    guard now - progressAt > 500_000_000 else { return }
    progressAt = now
    let seconds = Double(now - startedAt) / 1e9
    let text =
      "\r\u{1B}[K\(Self.grouped(summary.lines)) lines, \(Self.grouped(Int(Double(summary.lines) / seconds)))/s,"
      + " \(Self.grouped(summary.changed)) changed, \(Self.grouped(summary.dropped)) dropped,"
      + " \(Self.grouped(summary.rejected)) rejected"
    var bytes = text
    bytes.withUTF8 { _ = writeAll(options.errors, UnsafeRawBufferPointer($0)) }
    hasProgressLine = true
  }

  private func clearProgress() {
    guard hasProgressLine else { return }
    hasProgressLine = false
    "\r\u{1B}[K".withCString { _ = Glibc.write(options.errors, $0, strlen($0)) }
  }

  private func tellSummary() {
    let seconds = max(Double(monotonicNanoseconds() - startedAt) / 1e9, 0.001)
    var parts = [
      "\(Self.grouped(summary.lines)) lines", "\(Self.grouped(summary.delivered)) delivered",
      "\(Self.grouped(summary.changed)) of them changed", "\(Self.grouped(summary.dropped)) dropped",
      "\(Self.grouped(summary.rejected)) rejected",
    ]
    if summary.faults > 0 { parts.append("\(Self.grouped(summary.faults)) faults") }
    let rate = Self.grouped(Int(Double(summary.lines) / seconds))
    say("notilua: \(parts.joined(separator: ", ")) in \(Self.decimal(seconds)) s (\(rate)/s)")
    for (definition, tally) in zip(definitions, pool.tallies) where tally.faults > 0 {
      say(
        "notilua: \(definition.name): \(Self.grouped(Int(tally.faults))) faults in \(Self.grouped(Int(tally.runs))) runs"
      )
    }
    if let halt = summary.halt {
      say("notilua: stopped at \(halt) by a plugin's on_fault: halt; earlier lines are written")
    }
    if let signal = summary.stopSignal {
      let name = signal == SIGINT ? "SIGINT" : "SIGTERM"
      say(
        "notilua: stopped by \(name) after \(lastLine.isEmpty ? "no line" : lastLine); all lines up to there are written"
      )
    }
  }

  private static func grouped(_ number: Int) -> String {
    var digits = String(number)
    var grouped = ""
    while digits.count > 3 {
      grouped = "," + digits.suffix(3) + grouped
      digits.removeLast(3)
    }
    return digits + grouped
  }

  private static func decimal(_ seconds: Double) -> String {
    let hundredths = Int((seconds * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
}
