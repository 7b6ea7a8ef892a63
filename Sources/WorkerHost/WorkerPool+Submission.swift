import ConfigurationFiles
import EventLoop
import WorkerProtocol

/// The submission of batches.
extension WorkerPool {
  /// A vacant slot of the worker that has the least to do; nil while all are busy, or results wait for their turn.
  package func vacantSlot() -> Slot? {
    guard batches.pending < 4 * workers.count else { return nil }
    var best: Slot?
    var least = SharedLayout.slots
    for worker in workers where worker.batches.count < least {
      if let slot = worker.vacantSlot {
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
    let batch = batches.makeBatch(items, context, form: form)
    let worker = workers[slot.worker]
    worker.add(batch, in: slot)
    looks.begin()
    send(batch, to: worker)
    return batch.sequence
  }

  /// Takes a place in the order without lines.
  package func submitEmpty(_ context: Batch.Context) {
    handOn(BatchResult(empty: batches.makeBatch([], context), setup))
  }

  /// The most bytes of a line.
  package var payloadLimit: Int { setup.options.payloadLimit }

  /// A Boolean value that indicates whether the items of pushes have the topics of their senders, since a plugin may
  /// write the topic.
  package var namesTopics: Bool { setup.effectsCheck.hasTopicGrants }

  /// The most lines that the next batch should have.
  package var batchItems: Int { pace.items }

  /// A Boolean value that indicates whether a plugin's fault may stop a run, by its own policy or the operator's.
  package var mayHalt: Bool { report.mayHalt }

  /// The number of batches that have no result yet.
  package var pending: Int { batches.pending }

  func send(_ batch: Batch, to worker: SupervisedWorker) {
    guard let slot = batch.slot else { return }
    for event in ledger.release(now: MonotonicClock.now) { onEvent(event) }
    let header = BatchHeader(
      items: batch.items.count, first: batch.pending.lowerBound, caution: batch.caution,
      presumedFaults: batch.presumed.count, quarantined: ledger.quarantined(for: batch.context.app),
      receivedAt: setup.options.receivedAt ?? wallClockSeconds(), identifiers: batch.identifiers,
      isStepwise: batch.isStepwise)
    let base = worker.process.requests + slot.number * worker.process.layout.requestSlotSize
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
}
