import CProcessSandbox
import ConfigurationFiles
import EventLoop
import Glibc
import NotificationModel
import WorkerProtocol

/// What a pool does where a worker dies, or does not go on.
extension WorkerPool {
  /// How often a batch is tried until every further death is blamed on the plugin that ran.
  private static let patience = 50
  /// How often it is tried where nothing ran.
  private static let startPatience = 100

  /// Kills workers that do not go on.
  func watch() {
    let now = monotonicNanoseconds()
    for worker in workers where !worker.batches.isEmpty || !worker.isLoaded {
      let progress = worker.process.progress
      let itemCount = worker.batches.first?.items.count ?? 0
      let last = worker.lastProgress
      // Only a later place of the batch that it has counts: whoever writes there at will gets no more time than steps
      // there are. An item is begun anew once for each plugin at most.
      let passes = UInt32(definitions.count)
      let (pass, lastPass) = (min(progress.pass, passes), min(last.pass, passes))
      let slot = worker.isLoaded ? worker.batches.first?.slot : nil
      let batch = slot.map { UInt64($0.number) } ?? WorkerProgress.idle.batch
      if progress.batch == batch,
        progress.batch == WorkerProgress.idle.batch || Int(progress.item) < itemCount,
        last.batch != batch || (progress.item, pass, progress.plugin) > (last.item, lastPass, last.plugin)
      {
        worker.noteProgress(progress)
      } else if now - worker.lastProgressAt > wallLimit + wallLimit / 10 + 250_000_000 {
        worker.isOverdue = true
        worker.process.kill()
      }
    }
  }

  /// Puts a new process in the place of one that died, and has it do again what the old one had not finished.
  ///
  /// - Parameter isUnderstood: false where the host ends it for what it has written.
  func replace(_ worker: Supervised, isUnderstood: Bool = true) throws(HostError) {
    let progress = worker.process.progress
    worker.leaveLoop()
    let death = worker.process.stop()
    restarts += 1
    if worker.isLoaded {
      onEvent(Self.event(death))
      if let batch = worker.batches.first { try blame(batch, worker, progress, death) }
    } else {
      try failStart(worker, progress, isUnderstood ? death : .exited(Int32(PS_EXIT_PROTOCOL)))
    }
    try start(worker)
  }

  private static func event(_ death: Child.Ending?) -> Event {
    switch death {
    case .exited(let status): .workerDied(signal: nil, status: status)
    case .signaled(let signal): .workerDied(signal: signal, status: nil)
    case .unknown, nil: .workerDied(signal: nil, status: nil)
    }
  }

  /// A worker that dies while it loads dies again: of a plugin's chunk, or because it cannot lock itself.
  private func failStart(
    _ worker: Supervised, _ progress: WorkerProgress, _ death: Child.Ending?
  ) throws(HostError) {
    if let cause = lockFailure(worker.process.lock, death) {
      throw HostError(.sandbox, "\(cause); plugins never run without that")
    }
    // Who ran out of time does so again; any other death may have come from outside.
    let isTimeout = worker.isOverdue || death == .exited(Int32(PS_EXIT_OVERDUE))
    worker.failedStarts += isTimeout ? Self.startPatience / 2 : 5
    if worker.failedStarts < Self.startPatience { return }
    let plugin = Int(progress.plugin) - 1
    guard definitions.indices.contains(plugin) else {
      throw HostError(.sandbox, "the worker \(options.executable) \(startFailure(death))")
    }
    let definition = definitions[plugin]
    let place = self.place(worker, plugin).map { "\($0.path):\($0.line)" } ?? definition.path
    let cause =
      isTimeout
      ? "ran out of time while it was loaded (\(definition.limits.description(of: worker.isOverdue ? .wall : .cpu)))"
        + " and could not be interrupted"
      : "the worker \(Self.text(death)) while it loads this plugin"
    throw HostError(.plugins, "\(place): \(cause); look at what its chunk does")
  }

  /// Returns why a worker could not lock itself; nil where it died of something else.
  private func lockFailure(_ lock: WorkerLock, _ death: Child.Ending?) -> String? {
    switch death {
    case .exited(Int32(PS_EXIT_UNLOCKED)):
      let start = "the worker could not lock itself with seccomp and rlimits: "
      let call = KernelRefusal.name(lock.call)
      if call == "openat" {
        return start + "/proc/self/status: \(systemMessage(lock.code)); mount /proc where this program runs"
      }
      if call == "clone" {
        return start + "it has more than one thread; build \(options.executable) anew, with this host"
      }
      return start + KernelRefusal(call, lock.code).text
    case .signaled(SIGSYS) where lock.call != 0:
      return
        "the worker was killed (signal 31, SIGSYS) as it locked itself by \(KernelRefusal.name(lock.call)): "
        + KernelRefusal.filterAdvice
    default: return nil
    }
  }

  /// Returns what a worker does that dies before any plugin, and what to do about it.
  private func startFailure(_ death: Child.Ending?) -> String {
    switch death {
    case .exited(64), .exited(Int32(PS_EXIT_PROTOCOL)):
      "is not of this host's version; build it anew, with this host"
    case .exited(Int32(PS_EXIT_UNMAPPED)):
      "could not map the memory that it shares with this host; raise 'ulimit -v', or use --workers 1"
    case .exited(127): "\(Self.text(death)): a library is missing; 'ldd \(options.executable)' says which"
    case .signaled(SIGSYS): "was killed (signal 31, SIGSYS) at its start: \(KernelRefusal.filterAdvice)"
    case .signaled(SIGKILL):
      "was killed (signal 9) at its start; memory may have run out, so look in the kernel's log"
    default: "\(Self.text(death)) at its start; build it anew, with this host"
    }
  }

  private static func text(_ death: Child.Ending?) -> String {
    switch death {
    case .exited(let status): "ends with status \(status)"
    case .signaled(let signal): "dies of signal \(signal)"
    case .unknown, nil: "is gone"
    }
  }

  /// The line of a plugin's file that its worker could not interrupt; nil where the worker names none of its files.
  private func place(_ worker: Supervised, _ plugin: Int) -> (chunk: Int, path: String, line: UInt32)? {
    guard let place = worker.process.overduePlace, definitions.indices.contains(plugin) else { return nil }
    let chunks = definitions[plugin].chunks
    return chunks.firstIndex { $0.path == place.path }.map { ($0, chunks[$0].path, place.line) }
  }

  // MARK: Blame

  /// The note of a worker about itself when it died.
  private enum Note {
    /// Nothing: a death that may have come from outside.
    case idle
    /// A plugin, or none, on an item that has no result yet.
    case working(item: Int, plugin: Int)
    /// A note that cannot be true.
    case impossible
  }

  private func note(_ progress: WorkerProgress, _ batch: Batch) -> Note {
    let item = Int(progress.item)
    let isBatch = batch.slot.map { UInt64($0.number) } == progress.batch
    if isBatch, batch.pending.contains(item), progress.plugin <= UInt32(definitions.count) {
      return .working(item: item, plugin: Int(progress.plugin) - 1)
    }
    let isIdle = progress.item == WorkerProgress.idle.item && progress.plugin == 0
    return isIdle && (isBatch || progress.batch == WorkerProgress.idle.batch) ? .idle : .impossible
  }

  /// Decides whether a death is a plugin's fault on a notification, or the line's own.
  private func blame(
    _ batch: Batch, _ worker: Supervised, _ progress: WorkerProgress, _ death: Child.Ending?
  ) throws(HostError) {
    batch.deaths += 1
    switch note(progress, batch) {
    case .working(let item, let plugin): try blame(batch, item, plugin, worker, death)
    // One that has nothing to do and is not killed from outside goes on.
    case .idle where !worker.isOverdue:
      batch.deathsWithoutSuspect += 1
      if batch.deathsWithoutSuspect == Self.startPatience {
        throw HostError(
          .sandbox, "workers die again and again without a plugin running; look for who kills them")
      }
    case .idle, .impossible: try distrust(batch)
    }
  }

  /// Has a batch done item by item, where a worker's notes say nothing of what it died of: the results that have come
  /// say then which item it is.
  private func distrust(_ batch: Batch) throws(HostError) {
    let first = batch.pending.lowerBound
    guard batch.isStepwise else {
      batch.isStepwise = true
      return
    }
    batch.stepDeaths = batch.stepDeaths.item == first ? (first, batch.stepDeaths.deaths + 1) : (first, 1)
    guard batch.stepDeaths.deaths >= 2 else { return }
    guard !batch.isPresumed(first, PresumedFaultRecord.anyPlugin) else {
      throw HostError(
        .sandbox, "workers die and note what cannot be; check \(options.executable), and build it anew")
    }
    batch.presume(PresumedFaultRecord(item: first, plugin: PresumedFaultRecord.anyPlugin, kind: .crash))
  }

  /// Decides whether a death on an item is a plugin's fault.
  ///
  /// Time that ran out is one at once. Any other death may have come from outside, so that only the second one in a
  /// row at the same place is blamed on what stands there, or any after many deaths in one batch. Who is killed is
  /// killed from outside more often than not, and by chance at the same place: that takes a third one.
  private func blame(
    _ batch: Batch, _ item: Int, _ running: Int, _ worker: Supervised, _ death: Child.Ending?
  ) throws(HostError) {
    batch.caution = item
    let plugin = running < 0 ? PresumedFaultRecord.anyPlugin : running
    let isTimeout = worker.isOverdue || death == .exited(Int32(PS_EXIT_OVERDUE))
    if let suspect = batch.suspect, suspect.item == item, suspect.plugin == plugin {
      batch.suspect?.deaths += 1
    } else {
      batch.suspect = (item, plugin, 1)
    }
    let isCertain =
      isTimeout && running >= 0 || batch.deaths > Self.patience
      || (batch.suspect?.deaths ?? 0) >= (death == .signaled(SIGKILL) ? 3 : 2)
    guard isCertain else { return }
    batch.suspect = nil
    guard batch.presumed.count < SharedLayout.faultLimit else {
      throw HostError(.plugins, "workers die of the plugins again and again; disable them one by one")
    }
    // Where the plugin does not run any more and the worker still dies, it is the line; then it is nothing of ours.
    let suspects =
      plugin == PresumedFaultRecord.anyPlugin ? [plugin] : [plugin, PresumedFaultRecord.anyPlugin]
    guard let culprit = suspects.first(where: { !batch.isPresumed(item, $0) }) else {
      throw HostError(.sandbox, "workers die of a line that they do not look at; check \(options.executable)")
    }
    let place = isTimeout ? place(worker, culprit) : nil
    // The worker counts it with the faults in a row, at the notification's turn.
    batch.presume(
      PresumedFaultRecord(
        item: item, plugin: culprit, kind: !isTimeout ? .crash : worker.isOverdue ? .wall : .cpu,
        chunk: place?.chunk ?? 0, line: place?.line ?? 0))
  }
}
