import NotificationModel
import WorkerProtocol

/// The order of batches: each has a place from its making on, and results are handed on by these places.
struct BatchQueue {
  private var identifiers: IdentifierSeed
  private var nextSequence: UInt64 = 0
  private var nextResult: UInt64 = 0
  /// The results that wait for their turn, by the places of their batches.
  private var finished: [UInt64: [BatchResult]] = [:]
  /// Memory for results that is in no use.
  private var spareStorage: [ResultStorage] = []

  /// - Parameter identifiers: the source of the identifiers of lines that have none.
  init(_ identifiers: IdentifierSeed) { self.identifiers = identifiers }

  /// The number of batches whose last results have not been handed on.
  var pending: Int { Int(nextSequence - nextResult) }

  /// Draws identifiers from another source from now on.
  mutating func restart(_ identifiers: IdentifierSeed) { self.identifiers = identifiers }

  /// Makes the next batch.
  mutating func makeBatch(_ items: [BatchItem], _ context: Batch.Context, form: Batch.Form = .lines) -> Batch
  {
    defer {
      identifiers = identifiers.advanced(by: items.count)
      nextSequence += 1
    }
    return Batch(
      sequence: nextSequence, items: items, identifiers: identifiers, context: context, form: form)
  }

  /// Returns memory that results can be copied to.
  mutating func takeStorage() -> ResultStorage { spareStorage.popLast() ?? ResultStorage() }

  /// Adds the results of a batch or a part of it, in order within the batch.
  mutating func add(_ result: BatchResult) { finished[result.batch.sequence, default: []].append(result) }

  /// Removes the results whose turn it is; nil where they have not come.
  mutating func next() -> BatchResult? {
    guard finished[nextResult]?.isEmpty == false else { return nil }
    return finished[nextResult]?.removeFirst()
  }

  /// Frees the memory of results that were handed on; the last ones of a batch give the turn to the next batch.
  mutating func close(_ result: BatchResult) {
    if let storage = result.storage { spareStorage.append(storage) }
    guard result.isLast else { return }
    finished[nextResult] = nil
    nextResult += 1
  }
}
