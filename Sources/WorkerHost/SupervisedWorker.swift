import ConfigurationFiles
import EventLoop
import WorkerProtocol

/// A worker with the batches that it has, and its place on the loop.
final class SupervisedWorker {
  let process: WorkerProcess
  let slots: [Slot]
  /// The batches whose last results have not come, in the order of their submission.
  var batches: [Batch] = []
  /// A Boolean value that indicates whether the process has loaded the plugins.
  var isLoaded = false
  var failedStarts = 0
  var progress = ProgressWatch()
  /// The time at which it began with the first of its batches.
  var batchStartedAt: Int64 = 0
  /// The requests that it sent for the batches that it has.
  var requestCount = 0
  var inquiry = Inquiry.none
  /// The most bytes of its reports on the plugins.
  var reportLimit = 0

  /// The pipe that its frames come from, on the loop.
  private var hearing: Reactor.Registration?
  /// The pipe that its frames go to, on the loop while it is full.
  private var sending: Reactor.Registration?

  /// Makes a worker that has not been started, with its shared memory.
  ///
  /// - Parameter index: its place among the pool's workers.
  init(_ process: WorkerProcess, index: Int) {
    self.process = process
    let layout = process.layout
    slots = (0..<SharedLayout.slots).map { number in
      Slot(
        worker: index, number: number,
        lines: process.requests + number * layout.requestSlotSize + SharedLayout.linesOffset,
        capacity: layout.lineCapacity)
    }
  }

  deinit { leaveLoop() }

  // MARK: Life

  /// A Boolean value that indicates whether something is expected of it.
  var isBusy: Bool { !batches.isEmpty || !isLoaded }

  /// Starts a process that has no plugins yet, and hears it on a loop.
  func start(on reactor: Reactor, hear: @escaping (SupervisedWorker) -> Void) throws(HostError) {
    requestCount = 0
    inquiry = .none
    try process.start()
    hearing = reactor.watch(process.resultPipe) { [unowned self] _ in hear(self) }
    sending = reactor.watch(process.requestPipe, for: []) { [unowned self] _ in
      process.flush()
      watchPipe()
    }
  }

  /// Gives the process plugins to load.
  func configure(_ setup: PoolSetup) {
    isLoaded = false
    progress.reset(at: MonotonicClock.now)
    reportLimit = setup.reportLimit
    let body = setup.configurationBody()
    send(Frame(.configure, count: body.count), body)
  }

  /// Takes its pipes off the loop, before they are closed.
  func leaveLoop() {
    hearing = nil
    sending = nil
  }

  /// Ends its process, and returns how that ended and what it wrote before.
  func end() -> WorkerDeath {
    let last = process.progress
    leaveLoop()
    let ending = process.stop()
    return WorkerDeath(
      ending: ending, progress: last, isOverdue: progress.isOverdue, lock: process.lock,
      place: process.overduePlace)
  }

  /// Ends its process and forgets its batches, which another worker has.
  func leave() {
    leaveLoop()
    _ = process.stop()
    batches = []
    isLoaded = true
  }

  /// Kills the process where it takes too long for a step.
  func look(limit: Int64, plugins: Int) {
    let slot = isLoaded ? batches.first?.slot : nil
    progress.look(
      at: process.progress,
      ProgressWatch.Work(
        batch: slot.map { UInt64($0.number) } ?? WorkerProgress.idle.batch,
        items: batches.first?.items.count ?? 0, passes: UInt32(plugins)),
      limit: limit, now: MonotonicClock.now)
    if progress.isOverdue { process.kill() }
  }

  // MARK: Frames

  /// Sends a frame; what the pipe does not take follows as it does.
  func send(_ frame: Frame, _ body: [UInt8] = []) {
    process.send(frame, body)
    watchPipe()
  }

  private func watchPipe() { sending?.interest = process.unsentCount > 0 ? .writable : [] }

  /// Reads what has come: whole frames, and whether the worker closed its end or sent what is no frame.
  func receive() -> (frames: [(Frame, [UInt8])], hasEnded: Bool) {
    process.receive { [unowned self] in sizeLimit(of: $0) }
  }

  private func sizeLimit(of kind: Frame.Kind) -> Int {
    switch kind {
    case .results: process.layout.resultLimit
    case .capability: CapabilityRequest.bodyLimit
    case .lineCounts: inquiry.answerLimit(.lineCounts)
    case .codeFindings: inquiry.answerLimit(.codeFindings)
    case .loaded: reportLimit
    default: 1 << 20
    }
  }

  // MARK: Batches

  /// Its vacant slot; nil where it has none.
  var vacantSlot: Slot? { slots.first(where: \.isVacant) }

  /// The number of notifications that it has.
  var itemCount: Int { batches.reduce(0) { $0 + $1.items.count } }

  /// Adds a batch behind those that it has.
  func add(_ batch: Batch, in slot: Slot) {
    batch.slot = slot
    slot.isVacant = false
    if batches.isEmpty {
      batchStartedAt = MonotonicClock.now
      progress.begin(at: batchStartedAt)
    }
    batches.append(batch)
  }

  /// Removes a batch that is done; returns the nanoseconds that it took.
  func remove(at index: Int) -> Int64 {
    let batch = batches.remove(at: index)
    batch.slot?.isVacant = true
    batch.slot = nil
    requestCount = 0
    let now = MonotonicClock.now
    defer { batchStartedAt = now }
    return now - batchStartedAt
  }
}
