import CProcessSandbox
import ConfigurationFiles
import EventLoop
import FileReading
import Glibc
import Localization
import NotificationModel
import WorkerProtocol

/// Supervises the workers: gives them batches, takes results in order, and replaces a worker that dies.
///
/// A pool lives on a loop, and never blocks: pipes of workers are registered there, and limits of time are a timer.
package final class WorkerPool {
  /// The number of workers, their limits, and what they are to do.
  package struct Options: Sendable {
    package var executable: String
    package var workers: Int
    package var payloadLimit: Int
    package var quarantineAfter: Int
    package var quarantineFor: Duration
    package var runner: RunnerOptions
    /// The time zone of the workers, as `TZ` has it; nil is this process' own.
    package var timeZone: String?
    /// What random numbers and identifiers begin with; nil is another each time.
    package var seed: UInt64?
    /// When notifications are received, in seconds since 1970; nil is now.
    package var receivedAt: Double?
    /// How much more memory than these plugins take the workers may have, for those of a later ``reconfigure``.
    package var spareMemory = 0

    /// Makes options for one worker for each core, with limits of a payload as they are by default.
    package init(executable: String) {
      self.executable = executable
      workers = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
      payloadLimit = 1 << 20
      quarantineAfter = 5
      quarantineFor = .seconds(60)
      runner = RunnerOptions()
    }

    /// Has the workers write outcomes, and no lines for output.
    package mutating func reportOutcomes(traces: Bool) {
      runner.writesOutcomes = true
      runner.content = .none
      runner.traces = traces
    }

    /// Lets plugins run however often they fault.
    package mutating func stopQuarantine() {
      quarantineAfter = 0
      runner.quarantineAfter = 0
    }
  }

  /// What the pool tells beside results.
  package enum Event: Sendable {
    case quarantined(plugin: String, faults: Int, for: Duration)
    case released(plugin: String)
    case workerDied(signal: Int32?, status: Int32?)
  }

  /// Called with each result, in the order of submission; its sections are gone afterwards.
  package var onResult: (BatchResult) -> Void = { _ in }
  package var onEvent: (Event) -> Void = { _ in }
  /// Carries out what the plugins ask for, in place of the keys.
  package var onRequest: ((CapabilityRequest) -> CapabilityAnswer)?
  /// What the workers say of the plugins.
  package private(set) var reports: [PluginReport] = []
  /// The version of Landlock in force in the workers, or minus the errno that refused it.
  package private(set) var landlock: Int32 = 0
  /// The call that refused it.
  package private(set) var landlockCall: Int32 = 0
  /// What each plugin did so far.
  package private(set) var totals: [PluginTotals]
  package internal(set) var restarts = 0

  /// The plugins, and what follows from them.
  private struct Setup {
    let definitions: [PluginDefinition]
    let options: Options
    let keys: KeyRing
    var configuration: WorkerConfiguration
    /// The source of the identifiers of the next lines that have none.
    var identifiers: IdentifierSeed
    /// The catalogs of all plugins, each once.
    let catalogs: [CompiledCatalog]
    /// The longest that a step of a worker may take by the limits, in nanoseconds.
    let wallLimit: Int64
    /// The part of one notification's result that the host accepts.
    let resultLimits: ResultLimits

    init(_ definitions: [PluginDefinition], _ options: Options, _ keys: KeyRing) {
      self.definitions = definitions
      self.options = options
      self.keys = keys
      var numbered = definitions
      catalogs = PluginDefinition.numberCatalogs(&numbered)
      identifiers = options.seed.map { IdentifierSeed($0) } ?? IdentifierSeed()
      configuration = WorkerConfiguration(plugins: numbered, options: options.runner, seed: 0)
      // Without plugins a worker has next to nothing to do, and may wait for the processor all the same.
      resultLimits = ResultLimits(payload: options.payloadLimit)
      wallLimit = definitions.map { nanoseconds($0.limits.wall) }.max() ?? 10_000_000_000
    }

    var totals: [PluginTotals] { Array(repeating: PluginTotals(), count: definitions.count) }
    var quarantine: Quarantine {
      Quarantine(plugins: definitions.count, after: options.quarantineAfter, for: options.quarantineFor)
    }
  }

  private var setup: Setup
  /// What the workers share.
  private var strings: SharedStrings
  private let zones: SealedMemory
  /// The plugins, in order.
  package var definitions: [PluginDefinition] { setup.definitions }
  var options: Options { setup.options }
  var wallLimit: Int64 { setup.wallLimit }
  private var seeds = SystemRandomNumberGenerator()
  /// The loop that the workers are on.
  package let reactor: Reactor
  private lazy var looks = reactor.timer { [unowned self] in look() }
  private var nextLookAt: Int64 = 0
  /// Why the workers cannot go on.
  private var failure: HostError?
  /// Which plugins' policy is to stop the run, as the workers say; any, until they have said.
  private var mayHalt: Bool {
    reports.isEmpty || reports.contains { $0.onFault == FaultPolicy.halt.rawValue }
  }
  private(set) var workers: [Supervised] = []
  private var nextSequence: UInt64 = 0
  private var nextResult: UInt64 = 0
  private var finished: [UInt64: [BatchResult]] = [:]
  /// Memory for results that is in no use.
  private var spareStorage: [ResultStorage] = []
  private var quarantine: Quarantine
  private var pace = BatchPace(limit: SharedLayout.itemLimit)

  /// The bytes that may wait for a worker to read them: all that it can have asked for before it reads again, and the
  /// frames of its batches.
  ///
  /// It is listened to all the while: who waits here for the other to read could wait for ever.
  private var unsentLimit: Int {
    CapabilityRequest.waitingLimit * (CapabilityAnswer.bodyLimit(isSuite: hasSuite) + Frame.headerSize)
      + (1 << 10)
  }
  /// Whether a file of tests stands in the place of a plugin.
  private var hasSuite: Bool { definitions.contains { $0.testing?.isSuite == true } }

  /// The answer to ``takeLineCounts()``.
  private var lineCounts: [ChunkCoverage]?
  private var codeFindings: [CodeFinding]?

  /// A worker with its batches.
  final class Supervised {
    let process: WorkerProcess
    let slots: [Slot]
    var batches: [Batch] = []
    var isLoaded = false
    var failedStarts = 0
    var lastProgress = WorkerProgress.idle
    var lastProgressAt: Int64 = 0
    var isOverdue = false
    /// When it began with the first of its batches.
    var batchStartedAt: Int64 = 0
    /// The requests that it sent for the batches that it has.
    var requestCount = 0

    /// The pipe that its frames come from, on the loop.
    var hearing: Reactor.Registration?
    /// The pipe that its frames go to, on the loop while it is full.
    var sending: Reactor.Registration?

    /// Sends a frame; what the pipe does not take follows as it does.
    func send(_ frame: Frame, _ body: [UInt8] = []) {
      process.send(frame, body)
      sending?.interest = process.unsentCount > 0 ? .writable : []
    }

    /// Writes what the pipe takes.
    func flush() {
      process.flush()
      sending?.interest = process.unsentCount > 0 ? .writable : []
    }

    /// Takes its pipes off the loop, before they are closed.
    func leaveLoop() {
      hearing = nil
      sending = nil
    }

    /// Begins to measure how long it takes for its next step.
    func noteProgress(_ progress: WorkerProgress = .idle) {
      lastProgress = progress
      lastProgressAt = monotonicNanoseconds()
    }

    init(_ process: WorkerProcess, _ slots: [Slot]) {
      self.process = process
      self.slots = slots
    }

    deinit { leaveLoop() }
  }

  /// Starts the workers and waits until they have loaded the plugins.
  ///
  /// - Parameter reactor: the loop that the workers are to be on; nil for one of their own.
  package init(
    definitions: [PluginDefinition], options: Options, keys: KeyRing, on reactor: Reactor? = nil
  ) throws(HostError) {
    if let reactor { self.reactor = reactor } else { self.reactor = try Reactor.open() }
    setup = Setup(definitions, options, keys)
    strings = try SharedStrings(setup.catalogs)
    zones = try SealedMemory(ZoneFolder.compiled, subject: "time zones")
    totals = setup.totals
    quarantine = setup.quarantine
    // A worker takes four descriptors.
    if options.workers > 64 { ps_allow_descriptors() }
    for index in 0..<options.workers { workers.append(try makeWorker(index)) }
    while !workers.allSatisfy(\.isLoaded) { try turn() }
  }

  /// Puts other plugins in the place of those that there are, and waits until the workers have loaded them.
  ///
  /// Nothing may be pending. The processes stay where their limits, which the kernel holds them to, are the same.
  package func reconfigure(
    definitions: [PluginDefinition], options: Options, keys: KeyRing
  ) throws(HostError) {
    // One that took the place of a worker that died would say of the old plugins that they are loaded.
    while !workers.allSatisfy(\.isLoaded) { try turn() }
    let setup = Setup(definitions, options, keys)
    if !strings.serve(setup.catalogs) { strings = try SharedStrings(setup.catalogs) }
    self.setup = setup
    totals = setup.totals
    quarantine = setup.quarantine
    reports = []
    for (index, worker) in workers.enumerated() {
      if worker.process.limits.serve(processLimits(worker.process.layout)),
        worker.process.strings.serve(setup.catalogs)
      {
        worker.isLoaded = false
        worker.noteProgress()
        beginLooking()
        sendConfiguration(to: worker)
      } else {
        workers[index] = try makeWorker(index)
      }
    }
    while !workers.allSatisfy(\.isLoaded) { try turn() }
  }

  private func processLimits(_ layout: SharedLayout) -> WorkerProcess.Limits {
    let cpuLimits = definitions.map { nanoseconds($0.limits.cpu) }
    let memory = definitions.reduce(0) { $0 + $1.limits.memory }
    // A tick for a tenth of the smallest limit, but not so often that counting costs anything.
    let tick = min(max((cpuLimits.min() ?? 0) / 10, 1_000_000), 10_000_000)
    return WorkerProcess.Limits(
      addressSpace: (256 << 20) + memory + 4 * (layout.requestsSize + layout.resultsSize)
        + strings.memory.size + zones.size,
      tick: tick,
      // A tick may come late where the machine is busy, and one that comes too late kills.
      overdue: max((cpuLimits.max() ?? 0) / 4 * 5 + 10 * tick, 100_000_000))
  }

  private func makeWorker(_ index: Int) throws(HostError) -> Supervised {
    let layout = SharedLayout(lineCapacity: max(options.payloadLimit + 4096, 512 << 10))
    var limits = processLimits(layout)
    limits.addressSpace += options.spareMemory
    let process = try WorkerProcess(
      executable: options.executable, layout: layout, limits: limits, strings: strings, zones: zones,
      timeZone: options.timeZone)
    let slots = (0..<SharedLayout.slots).map { number in
      Slot(
        worker: index, number: number,
        lines: process.requests + number * layout.requestSlotSize + SharedLayout.linesOffset,
        capacity: layout.lineCapacity)
    }
    let worker = Supervised(process, slots)
    try start(worker)
    return worker
  }

  func start(_ worker: Supervised) throws(HostError) {
    worker.isLoaded = false
    worker.isOverdue = false
    worker.requestCount = 0
    try worker.process.start()
    listen(to: worker)
    worker.noteProgress()
    beginLooking()
    sendConfiguration(to: worker)
    for batch in worker.batches { send(batch, to: worker) }
  }

  private func sendConfiguration(to worker: Supervised) {
    // Each process has a seed of its own: two that draw the same identifiers would give them twice.
    setup.configuration.seed = options.seed ?? seeds.next()
    let body = setup.configuration.body
    worker.process.reportLimit = PluginReport.bodyLimit(definitions)
    worker.send(Frame(.configure, count: body.count), body)
  }

  /// Fails where a plugin could not be loaded.
  package func checkPlugins() throws(HostError) {
    for (report, definition) in zip(reports, definitions) where !report.failure.isEmpty {
      let place = definition.place.map { " (\($0) has it in the chain)" } ?? ""
      throw HostError(.plugins, "\(report.failure)\(place); 'notilua check' looks at every plugin")
    }
  }

  // MARK: Submitting

  /// A vacant slot of the worker that has the least to do; nil while all are busy, or results wait for their turn.
  package func vacantSlot() -> Slot? {
    guard nextSequence - nextResult < UInt64(4 * workers.count) else { return nil }
    var best: Slot?
    var least = SharedLayout.slots
    for worker in workers where worker.batches.count < least {
      if let slot = worker.slots.first(where: \.isVacant) {
        best = slot
        least = worker.batches.count
      }
    }
    return best
  }

  /// Hands over a slot that was filled with lines; gives the batch's place in the order of all.
  @discardableResult
  package func submit(
    _ slot: Slot, _ items: [BatchItem], _ context: Batch.Context, form: Batch.Form = .lines
  ) -> UInt64 {
    let batch = Batch(
      sequence: nextSequence, items: items, identifiers: setup.identifiers, context: context, form: form)
    setup.identifiers = setup.identifiers.advanced(by: items.count)
    nextSequence += 1
    batch.slot = slot
    slot.isVacant = false
    let worker = workers[slot.worker]
    if worker.batches.isEmpty {
      worker.noteProgress()
      worker.batchStartedAt = worker.lastProgressAt
    }
    worker.batches.append(batch)
    beginLooking()
    send(batch, to: worker)
    return batch.sequence
  }

  /// Takes a place in the order without lines.
  package func submitEmpty(_ context: Batch.Context) {
    let batch = Batch(
      sequence: nextSequence, items: [], identifiers: setup.identifiers, context: context)
    nextSequence += 1
    finish(BatchResult(empty: batch))
  }

  /// The most lines that the next batch should have.
  package var batchItems: Int { pace.items }

  /// The most bytes that one of the workers has in memory, as the kernel counts them.
  package var residentMemory: Int {
    workers.map { worker in
      let fields =
        (try? readFile("/proc/\(worker.process.process)/statm", .kernelFile))?.split(separator: 0x20) ?? []
      let pages = fields.count > 1 ? Int(String(decoding: fields[1], as: UTF8.self)) ?? 0 : 0
      return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }.max() ?? 0
  }

  /// The most bytes of a line.
  package var payloadLimit: Int { options.payloadLimit }

  /// How many batches have no result yet.
  package var pending: Int { Int(nextSequence - nextResult) }

  private func send(_ batch: Batch, to worker: Supervised) {
    guard let slot = batch.slot else { return }
    let base = worker.process.requests + slot.number * worker.process.layout.requestSlotSize
    for plugin in quarantine.release(now: monotonicNanoseconds()) {
      onEvent(.released(plugin: definitions[plugin].name))
    }
    let header = BatchHeader(
      items: batch.items.count, first: batch.pending.lowerBound, caution: batch.caution,
      presumedFaults: batch.presumed.count, quarantined: quarantine.mask,
      receivedAt: options.receivedAt ?? wallClockSeconds(), identifiers: batch.identifiers,
      isStepwise: batch.isStepwise)
    base.storeBytes(of: header, as: BatchHeader.self)
    batch.items.withUnsafeBytes {
      (base + SharedLayout.itemsOffset).copyMemory(
        from: $0.baseAddress.unsafelyUnwrapped, byteCount: $0.count)
    }
    for (index, record) in batch.presumed.enumerated() {
      (base + SharedLayout.faultsOffset).storeBytes(
        of: record, toByteOffset: index * MemoryLayout<PresumedFaultRecord>.stride,
        as: PresumedFaultRecord.self)
    }
    worker.send(Frame(batch.form.frame, id: UInt64(slot.number)))
  }

  // MARK: The loop

  /// Turns the loop once, and so acts on what the workers say.
  ///
  /// - Parameter timeout: the time to wait at most; nil for as long as it takes.
  /// - Throws: ``HostError`` where the workers cannot go on.
  package func turn(timeout: Duration? = nil) throws(HostError) {
    reactor.turn(timeout: timeout)
    try check()
  }

  /// Fails where the workers cannot go on, which the loop's handlers have noticed.
  package func check() throws(HostError) { if let failure { throw failure } }

  /// Has the loop hear a worker whose process was started.
  private func listen(to worker: Supervised) {
    worker.hearing = reactor.watch(worker.process.resultPipe) { [unowned self, unowned worker] _ in
      hear(worker)
    }
    worker.sending = reactor.watch(worker.process.requestPipe, for: []) { [unowned worker] _ in worker.flush()
    }
  }

  private func hear(_ worker: Supervised) {
    do throws(HostError) {
      try receive(worker)
    } catch {
      failure = error
      for worker in workers { worker.leaveLoop() }
    }
  }

  // MARK: Time

  /// The time between two looks at a busy worker, to see whether it goes on.
  private static let lookTime = Duration.milliseconds(250)

  /// Looks at the workers from now on, as long as they are busy.
  private func beginLooking() {
    guard !looks.isArmed else { return }
    nextLookAt = reactor.now + Self.lookTime.nanoseconds
    looks.arm(at: nextLookAt)
  }

  private func look() {
    guard workers.contains(where: { !$0.batches.isEmpty || !$0.isLoaded }) else { return }
    // The host had other things to do: what a worker has said meanwhile is heard only now.
    let absence = max(reactor.now - nextLookAt, 0)
    for worker in workers { worker.lastProgressAt += absence }
    watch()
    beginLooking()
  }

  private func receive(_ worker: Supervised) throws(HostError) {
    let (frames, hasEnded) = worker.process.receive()
    for (frame, body) in frames {
      guard accept(frame, body, worker) else {
        try replace(worker, isUnderstood: false)
        return
      }
    }
    if hasEnded { try replace(worker) }
  }

  /// Acts on a frame; false where it is none that a worker of ours sends at this point.
  private func accept(_ frame: Frame, _ body: [UInt8], _ worker: Supervised) -> Bool {
    switch frame.kind {
    case .loaded:
      guard !worker.isLoaded, let (reports, landlock) = try? PluginReport.read(body),
        reports.count == definitions.count
      else { return false }
      self.reports = reports
      self.landlock = landlock
      landlockCall = worker.process.lock.landlockCall
      worker.isLoaded = true
      worker.failedStarts = 0
      worker.noteProgress()
      return true
    case .results: return worker.isLoaded && take(frame, body, worker)
    case .capability: return worker.isLoaded && answer(frame, body, worker)
    case .lineCounts:
      guard worker.process.expectsLineCounts, let counts = try? ChunkCoverage.read(body) else { return false }
      worker.process.expectsLineCounts = false
      let files = Dictionary(definitions.flatMap(\.chunks).map { ($0.path, $0.source) }) { first, _ in first }
      lineCounts = counts.filter { $0.isPossible(in: files[$0.path]) }
      return true
    case .codeFindings:
      let paths = definitions.flatMap { $0.chunks.map(\.path) }
      guard worker.process.expectsCodeFindings, let findings = try? CodeFinding.read(body, paths: paths)
      else {
        return false
      }
      worker.process.expectsCodeFindings = false
      codeFindings = findings
      return true
    default: return false
    }
  }

  private func answer(_ frame: Frame, _ body: [UInt8], _ worker: Supervised) -> Bool {
    worker.requestCount += 1
    // A notification is begun anew once for each plugin at most, and may ask again then.
    let passes = definitions.count + 1
    let allowed =
      worker.batches.reduce(0) { $0 + $1.items.count } * CapabilityRequest.limit(isSuite: hasSuite)
      * passes
    guard worker.requestCount <= allowed, let (plugin, request) = try? CapabilityRequest.read(body),
      definitions.indices.contains(plugin), request.isWithinLimits,
      definitions[plugin].capabilities.contains(request.capability)
    else { return false }
    let answer = (onRequest?(request) ?? setup.keys.answer(request)).body
    worker.send(Frame(.answer, id: frame.id, count: answer.count), answer)
    guard worker.process.unsentCount <= unsentLimit else { return false }
    // The notification that waited goes on, however many came after it.
    worker.noteProgress()
    return true
  }

  /// Takes the results of a worker's batch; false where they are not what a worker of ours writes.
  private func take(_ frame: Frame, _ body: [UInt8], _ worker: Supervised) -> Bool {
    guard let index = worker.batches.firstIndex(where: { $0.slot.map { UInt64($0.number) } == frame.id }),
      let slot = worker.batches[index].slot
    else { return false }
    let batch = worker.batches[index]
    let layout = worker.process.layout
    let storage = spareStorage.popLast() ?? ResultStorage()
    let content: ResultContent = batch.form == .requests ? .answers : options.runner.content
    let result: BatchResult?
    if frame.isShared {
      guard frame.count <= layout.resultSlotSize else { return false }
      let start = worker.process.results + SharedLayout.resultsOffset + slot.number * layout.resultSlotSize
      result = try? BatchResult(
        batch, copying: UnsafeRawBufferPointer(start: start, count: frame.count), to: storage,
        lines: slot.lines, content: content, limits: setup.resultLimits)
    } else {
      result = body.withUnsafeBytes {
        try? BatchResult(
          batch, copying: $0, to: storage, lines: slot.lines, content: content, limits: setup.resultLimits)
      }
    }
    guard let result, let body = result.body, body.isConsistent(content),
      mayHalt || !body.hasHalt
    else { return false }
    let tallies = body.tallyList
    guard tallies.count == definitions.count,
      tallies.allSatisfy({ $0.isPossible(items: body.count) })
    else { return false }
    batch.finish(body.items)
    if result.isLast {
      let now = monotonicNanoseconds()
      pace.note(batch.items.count, took: now - worker.batchStartedAt)
      worker.batchStartedAt = now
      worker.batches.remove(at: index)
      batch.slot = nil
      slot.isVacant = true
      worker.requestCount = 0
    }
    worker.noteProgress()
    finish(result)
    count(tallies)
    return true
  }

  private func finish(_ result: BatchResult) {
    finished[result.batch.sequence, default: []].append(result)
    while let results = finished.removeValue(forKey: nextResult) {
      for result in results {
        onResult(result)
        if let storage = result.storage { spareStorage.append(storage) }
        if result.isLast { nextResult += 1 }
      }
    }
  }

  /// How often the lines of the plugins were run since they were loaded, in a pool of one worker; none where it has
  /// died meanwhile.
  package func takeLineCounts() throws(HostError) -> [ChunkCoverage] {
    guard let worker = workers.first, worker.isLoaded else { return [] }
    lineCounts = nil
    worker.process.expectsLineCounts = true
    try ask(worker, Frame(.countLines)) { lineCounts != nil }
    return lineCounts ?? []
  }

  /// Returns what the plugins' code cannot mean, in a pool of one worker; nil where it has died meanwhile.
  package func takeCodeFindings() throws(HostError) -> [CodeFinding]? {
    guard let worker = workers.first, worker.isLoaded else { return nil }
    codeFindings = nil
    worker.process.expectsCodeFindings = true
    try ask(worker, Frame(.checkCode)) { codeFindings != nil }
    return codeFindings
  }

  /// Sends a worker a question, and waits until `isAnswered` or the worker has died.
  private func ask(_ worker: Supervised, _ frame: Frame, isAnswered: () -> Bool) throws(HostError) {
    let before = restarts
    worker.send(frame)
    let end = monotonicNanoseconds() + 10_000_000_000
    while !isAnswered(), restarts == before {
      // No plugin runs meanwhile, so that nothing it does can take this long.
      if monotonicNanoseconds() > end { worker.process.kill() }
      try turn(timeout: .milliseconds(250))
    }
  }

  // MARK: Counting

  private func count(_ new: [TallyRecord]) {
    let now = monotonicNanoseconds()
    for (plugin, tally) in new.enumerated() {
      totals[plugin].add(tally)
      if let faults = quarantine.count(plugin, tally, now: now) {
        onEvent(
          .quarantined(plugin: definitions[plugin].name, faults: faults, for: options.quarantineFor))
      }
    }
  }
}
