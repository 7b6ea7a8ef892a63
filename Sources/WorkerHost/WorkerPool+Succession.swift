import NotificationModel
import WorkerProtocol

/// The work of one pool that another goes on with, in its order.
extension WorkerPool {
  /// The longest that a step of a worker may take, in nanoseconds.
  package var wallLimit: Int64 { setup.wallLimit }

  /// Goes on with the batches of another pool, in the order in which they were submitted there; its workers end.
  ///
  /// Batches without results run from their start, by the plugins of this pool. This pool has no batches, and has as many
  /// workers with as much memory as the other.
  package func takeOver(_ other: WorkerPool) {
    let work = other.workers.map(\.batches)
    batches = other.leaveBatches()
    for (worker, batches) in zip(workers, work) {
      for batch in batches {
        guard let slot = worker.vacantSlot else { continue }
        batch.restart(fill(slot, with: batch), in: slot)
        worker.add(batch, in: slot)
        send(batch, to: worker)
      }
    }
    looks.begin()
  }

  /// Ends the workers; returns the order of the batches, with the results that wait for their turn.
  private func leaveBatches() -> BatchQueue {
    for worker in workers { worker.leave() }
    defer { batches = BatchQueue(setup.identifiers) }
    return batches
  }

  /// Copies the items of a batch to other memory; returns their places there.
  private func fill(_ slot: Slot, with batch: Batch) -> [BatchItem] {
    if let items = fill(slot, anew: batch) { return items }
    guard let old = batch.slot else { return batch.items }
    slot.memory.copyMemory(
      from: UnsafeRawBufferPointer(start: old.lines, count: min(old.capacity, slot.capacity)))
    return batch.items
  }

  /// Writes pushes as this pool's workers need them; nil where the batch has none, or they do not fit with the topics of
  /// their senders: then the host alone knows these.
  private func fill(_ slot: Slot, anew batch: Batch) -> [BatchItem]? {
    guard batch.form == .pushes else { return nil }
    var filled = 0
    var items: [BatchItem] = []
    for push in batch.context.pushes {
      guard let item = slot.put(push.item(namesTopics: namesTopics), &filled) else { return nil }
      items.append(item)
    }
    return items
  }
}
