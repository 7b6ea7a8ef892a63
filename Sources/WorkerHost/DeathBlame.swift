import ConfigurationFiles
import EventLoop
import Glibc
import WorkerProtocol

/// The decision whether a worker's death is the fault of a plugin, of a line, or of neither.
package struct DeathBlame {
  /// The number of tries of a batch until every further death is blamed on the plugin that ran.
  private static let patience = 50
  /// The number of tries where nothing ran.
  private static let startPatience = 100

  private let definitions: [PluginDefinition]
  private let executable: String

  /// Makes the decision for a chain.
  ///
  /// - Parameter executable: the path of the worker, for messages.
  package init(_ definitions: [PluginDefinition], executable: String) {
    self.definitions = definitions
    self.executable = executable
  }

  // MARK: Starting

  /// Counts the death of a worker that loads plugins.
  ///
  /// Such a worker dies again: of a plugin's chunk, or because it cannot lock itself.
  ///
  /// - Parameter failures: the deaths in a row, by their weight.
  /// - Throws: ``HostError`` where it is not to be started again.
  package func count(_ death: WorkerDeath, _ failures: inout Int) throws(HostError) {
    if let cause = death.lockFailure(executable) {
      throw HostError(.sandbox, "\(cause); plugins never run without that")
    }
    // One that ran out of time does so again; any other death may have come from outside.
    failures += death.isTimeout ? Self.startPatience / 2 : 5
    if failures < Self.startPatience { return }
    let plugin = Int(death.progress.plugin) - 1
    guard definitions.indices.contains(plugin) else {
      throw HostError(.sandbox, "the worker \(executable) \(death.startFailure(executable))")
    }
    let definition = definitions[plugin]
    let place = death.place(in: definition).map { "\($0.path):\($0.line)" } ?? definition.path
    let limit = definition.limits.description(of: death.isOverdue ? .wall : .cpu)
    let cause =
      death.isTimeout
      ? "ran out of time while it was loaded (\(limit)) and could not be interrupted"
      : "the worker \(death.text) while it loads this plugin"
    throw HostError(.plugins, "\(place): \(cause); look at what its chunk does")
  }

  // MARK: Batches

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

  /// Notes on a batch what its worker died of.
  ///
  /// - Throws: ``HostError`` where the batch is not to be tried again.
  package func blame(_ batch: Batch, for death: WorkerDeath) throws(HostError) {
    batch.deaths += 1
    switch note(death.progress, batch) {
    case .working(let item, let plugin): try blame(batch, item, plugin, death)
    // One that has nothing to do and is not killed from outside goes on.
    case .idle where !death.isOverdue:
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
        .sandbox, "workers die and note what cannot be; check \(executable), and build it anew")
    }
    batch.presume(PresumedFaultRecord(item: first, plugin: PresumedFaultRecord.anyPlugin, kind: .crash))
  }

  /// Decides whether a death on an item is a plugin's fault.
  ///
  /// Time that ran out is one at once. Any other death may have come from outside, so that only the second one in a
  /// row at the same place is blamed on what stands there, or any after many deaths in one batch. A worker is killed
  /// from outside more often than not, and by chance at the same place: that takes a third one.
  private func blame(_ batch: Batch, _ item: Int, _ running: Int, _ death: WorkerDeath) throws(HostError) {
    batch.caution = item
    let plugin = running < 0 ? PresumedFaultRecord.anyPlugin : running
    if let suspect = batch.suspect, suspect.item == item, suspect.plugin == plugin {
      batch.suspect?.deaths += 1
    } else {
      batch.suspect = (item, plugin, 1)
    }
    let isCertain =
      death.isTimeout && running >= 0 || batch.deaths > Self.patience
      || (batch.suspect?.deaths ?? 0) >= (death.ending == .signaled(SIGKILL) ? 3 : 2)
    guard isCertain else { return }
    batch.suspect = nil
    guard batch.presumed.count < SharedLayout.faultLimit else {
      throw HostError(.plugins, "workers die of the plugins again and again; disable them one by one")
    }
    try presume(batch, item, plugin, death)
  }

  /// Has the next worker treat an item as if the plugin had a fault there.
  private func presume(_ batch: Batch, _ item: Int, _ plugin: Int, _ death: WorkerDeath) throws(HostError) {
    // Where the plugin does not run any more and the worker still dies, it is the line; then it is nothing of ours.
    let suspects =
      plugin == PresumedFaultRecord.anyPlugin ? [plugin] : [plugin, PresumedFaultRecord.anyPlugin]
    guard let culprit = suspects.first(where: { !batch.isPresumed(item, $0) }) else {
      throw HostError(.sandbox, "workers die of a line that they do not look at; check \(executable)")
    }
    let isPlugin = death.isTimeout && definitions.indices.contains(culprit)
    let place = isPlugin ? death.place(in: definitions[culprit]) : nil
    // The worker counts it with the faults in a row, at the notification's turn.
    batch.presume(
      PresumedFaultRecord(
        item: item, plugin: culprit, kind: !death.isTimeout ? .crash : death.isOverdue ? .wall : .cpu,
        chunk: place?.chunk ?? 0, line: place?.line ?? 0))
  }
}
