import ConfigurationFiles
import Delivery
import EventLoop
import FileReading
import Glibc
import WorkerHost
import WorkerProtocol

/// Reads the inputs of a run, one after the other, and gives their lines to the workers.
struct InputReader {
  private unowned let run: Run

  init(_ run: Run) { self.run = run }

  func readAll() throws(HostError) {
    for (index, input) in run.options.inputs.enumerated() where run.state.phase.reads {
      switch input {
      case .standardInput: try read(LineSource(file: 0, limit: run.lineLimit), input.name, index)
      case .source(let source, let name): try read(source, name, index)
      case .file(let path):
        let file = try open(path)
        defer { close(file) }
        try read(LineSource(file: file, limit: run.lineLimit), path, index)
      }
    }
  }

  private func open(_ path: String) throws(HostError) -> Int32 {
    do throws(HostError) {
      return try RunInput.open(path)
    } catch {
      try run.drain()
      throw error
    }
  }

  private func read(_ source: any NotificationSource, _ name: String, _ index: Int) throws(HostError) {
    let log = run.destination.log
    run.fates.open(index, source.fateReceiver) { log?.cancel($0) ?? false }
    try SourceReader(run, source, name, index).read()
  }
}

/// Reads one source to its end.
private final class SourceReader {
  private unowned let run: Run
  private let source: any NotificationSource
  private let name: String
  private let index: Int
  /// The memory that is being filled.
  private var slot: Slot?
  /// The pool that the memory is of.
  private var pool: WorkerPool
  private lazy var input = run.reactor.watch(source.descriptor, for: []) { [unowned self] _ in
    isReadable = true
  }
  private var isReadable = false
  private var mayHaveMark: Bool
  /// A Boolean value that is true where what was read cannot be read again, as that of a pipe; a source that is told what
  /// became of each line knows which to give again.
  private let isConsumed: Bool

  init(_ run: Run, _ source: any NotificationSource, _ name: String, _ index: Int) {
    self.run = run
    pool = run.pools.pool
    self.source = source
    self.name = name
    self.index = index
    mayHaveMark = index == 0
    isConsumed = source.fateReceiver == nil && FileIdentity(source.descriptor) == nil
    source.onOversized = { [unowned self] in keepOversized($0) }
  }

  private var state: RunState { run.state }

  /// A Boolean value that is true where another line is wanted: a stop comes behind the last one that was read whole.
  private var goesOn: Bool {
    state.phase.reads
      || isConsumed && source.hasWholeLine && state.phase.finishesWhatWasRead && state.isPatient
  }

  func read() throws(HostError) {
    while goesOn {
      takeSlot()
      guard let slot else {
        // Workers and sink have enough to do: the input waits, and so does its writer.
        input.interest = []
        try run.turn()
        continue
      }
      if try !hasLines() || pool !== run.pools.pool { continue }
      if try fill(slot) { return }
    }
    // A stop in the middle of a line that is too long.
    if source.isSkipping { endOversized() }
  }

  private func takeSlot() {
    if pool !== run.pools.pool { leaveSlot() }
    guard slot == nil, run.destination.hasRoom, let vacant = pool.vacantSlot() else { return }
    slot = vacant
    source.namesTopics = pool.namesTopics
    source.begin(vacant.memory)
  }

  /// Gives back the memory of a generation that is not in force any more: what comes is the next one's.
  private func leaveSlot() {
    if let slot { source.leave(slot.memory) }
    slot = nil
    pool = run.pools.pool
  }

  /// Waits for the source where it has nothing; false where something else has happened meanwhile.
  private func hasLines() throws(HostError) -> Bool {
    if source.hasMore || source.descriptor < 0 { return true }
    isReadable = false
    input.interest = .readable
    try run.turn()
    return isReadable && state.phase.reads
  }

  /// Reads once; true at the source's end.
  private func fill(_ current: Slot) throws(HostError) -> Bool {
    switch source.fill(current.memory, most: pool.batchItems) {
    case .nothing: break
    case .lines: submit(current)
    case .oversized(let line, let count): submitOversized(line, count, current)
    case .failed(let code): throw HostError(.noInput, "'\(name)': \(systemMessage(code))")
    case .ended: return true
    }
    return false
  }

  private var context: Batch.Context {
    var context = Batch.Context()
    context.input = name
    context.source = index
    return context
  }

  private func submit(_ current: Slot) {
    var context = context
    context.lines = source.lines.map(\.number)
    context.lacksNewline = source.lacksNewline
    context.pushes = source.pushes
    // A byte order mark stands at the start of a text, and nowhere else.
    if mayHaveMark, source.hasByteOrderMark, run.options.emission == .payloads {
      run.output.write([0xEF, 0xBB, 0xBF])
    }
    mayHaveMark = false
    run.fates.begin(index, context.lines)
    pool.submit(
      current, source.lines.map { BatchItem(offset: $0.offset, count: $0.count) }, context,
      form: context.pushes.isEmpty ? .lines : .pushes)
    slot = nil
  }

  // MARK: Lines that are too long

  private func submitOversized(_ line: Int, _ count: Int, _ current: Slot) {
    endOversized()
    var context = context
    context.oversized = (line, count)
    run.fates.begin(index, CollectionOfOne(line))
    pool.submitEmpty(context)
    source.begin(current.memory)
  }

  /// Writes a part of a line that is too long: its bytes are not kept, so what stands before it goes first.
  private func keepOversized(_ bytes: UnsafeRawBufferPointer) {
    guard run.files.has(.rejects), state.phase.takesResults else { return }
    // A line that comes meanwhile would end each wait at once.
    input.interest = []
    run.awaitResults()
    guard state.phase.takesResults else { return }
    state.currentLine = name
    run.files.write(bytes, to: .rejects)
  }

  private func endOversized() {
    if state.phase.takesResults { run.files.write([0x0A], to: .rejects) }
  }
}
