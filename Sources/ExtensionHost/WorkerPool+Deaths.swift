import ExtensionRuntime
import Glibc
import NotificationModel
import WorkerProtocol

/// What a pool does where a worker dies, or does not go on.
extension WorkerPool {
  /// How often a batch is tried until every further death is laid to whatever ran.
  private static let patience = 50
  /// How often it is tried where nothing ran.
  private static let startPatience = 100

  /// Kills workers that do not go on.
  func watch() {
    let now = monotonicNanoseconds()
    for worker in workers where !worker.batches.isEmpty || !worker.isLoaded {
      let progress = worker.process.progress
      let last = worker.lastProgress
      // Only a later place of the batch that it has counts: whoever writes there at will gets no more time than steps
      // there are. An item is begun anew once for each plugin at most.
      let passes = UInt32(definitions.count)
      let (pass, lastPass) = (min(progress.pass, passes), min(last.pass, passes))
      let slot = worker.isLoaded ? worker.batches.first?.slot : nil
      let batch = slot.map { UInt64($0.number) } ?? WorkerProgress.idle.batch
      if progress.batch == batch,
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
  func replace(_ worker: Supervised) throws(HostError) {
    let progress = worker.process.progress
    let death = worker.process.stop()
    restarts += 1
    if worker.isLoaded {
      onEvent(Self.event(death))
      if let batch = worker.batches.first { try blame(batch, progress, death, isOverdue: worker.isOverdue) }
    } else {
      try failStart(worker, progress, death)
    }
    try start(worker)
  }

  private static func event(_ death: WorkerProcess.Death?) -> Event {
    switch death {
    case .exited(let status): .workerDied(signal: nil, status: status)
    case .signaled(let signal): .workerDied(signal: signal, status: nil)
    case nil: .workerDied(signal: nil, status: nil)
    }
  }

  /// A worker that dies while it loads dies again: of a plugin's chunk, or because it cannot lock itself.
  private func failStart(
    _ worker: Supervised, _ progress: WorkerProgress, _ death: WorkerProcess.Death?
  ) throws(HostError) {
    if death == .exited(76) {
      throw HostError(
        .sandbox, "the worker could not lock itself with seccomp and rlimits; plugins never run without that")
    }
    // Who ran out of time does so again; any other death may have come from outside.
    worker.failedStarts += worker.isOverdue || death == .exited(75) ? Self.startPatience / 2 : 5
    if worker.failedStarts < Self.startPatience { return }
    let plugin = Int(progress.plugin) - 1
    if definitions.indices.contains(plugin) {
      throw HostError(
        .plugins,
        "\(definitions[plugin].path): the worker dies while it loads this plugin; look at what its chunk does"
      )
    }
    throw HostError(
      .sandbox,
      "the worker \(options.executable) dies at its start (\(death?.text ?? "gone")); build it anew, with this host"
    )
  }

  /// Decides whether a death is a plugin's fault on a notification, or the line's own.
  ///
  /// Time that ran out is one at once. Any other death may have come from outside, so that only the second one in a
  /// row at the same place is laid to what stands there, or any after many deaths in one batch. Who is killed is
  /// killed from outside more often than not, and by chance at the same place: that takes a third one.
  private func blame(
    _ batch: Batch, _ progress: WorkerProgress, _ death: WorkerProcess.Death?, isOverdue: Bool
  ) throws(HostError) {
    batch.deaths += 1
    guard batch.pending.contains(Int(progress.item)), progress.plugin <= UInt32(definitions.count),
      batch.slot.map({ UInt64($0.number) }) == progress.batch
    else {
      batch.deathsWithoutSuspect += 1
      if batch.deathsWithoutSuspect == Self.startPatience {
        throw HostError(
          .sandbox, "workers die again and again without a plugin running; look for who kills them")
      }
      return
    }
    let item = Int(progress.item)
    batch.caution = item
    let plugin = progress.plugin == 0 ? BatchRunner.anyPlugin : Int(progress.plugin) - 1
    let isTimeout = isOverdue || death == .exited(75)
    if let suspect = batch.suspect, suspect.item == item, suspect.plugin == plugin {
      batch.suspect?.deaths += 1
    } else {
      batch.suspect = (item, plugin, 1)
    }
    let isCertain =
      isTimeout && progress.plugin > 0 || batch.deaths > Self.patience
      || (batch.suspect?.deaths ?? 0) >= (death == .signaled(SIGKILL) ? 3 : 2)
    guard isCertain else { return }
    batch.suspect = nil
    guard batch.presumed.count < SharedLayout.faultLimit else {
      throw HostError(.plugins, "workers die of the plugins again and again; disable them one by one")
    }
    // Where the plugin does not run any more and the worker still dies, it is the line; then it is nothing of ours.
    let suspects = plugin == BatchRunner.anyPlugin ? [plugin] : [plugin, BatchRunner.anyPlugin]
    guard let culprit = suspects.first(where: { !batch.isPresumed(item, $0) }) else {
      throw HostError(.sandbox, "workers die of a line that they do not look at; check \(options.executable)")
    }
    // The worker counts it with the faults in a row, at the notification's turn.
    batch.presume(PresumedFaultRecord(item: item, plugin: culprit, kind: isTimeout ? 1 : 0))
  }
}
