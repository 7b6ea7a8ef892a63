import ConfigurationFiles
import EventLoop
import WorkerHost
import WorkerProtocol

/// Plugins in workers.
final class PoolEngine: ProcessorEngine {
  private let pool: WorkerPool
  private let limit: Int
  private let form: Batch.Form
  let plugins: Set<String>
  /// By batch and item.
  private var inFlight: [UInt64: [Int: WorkQueue.Work]] = [:]
  private var waiting: [WorkQueue.Work] = []

  init(
    _ definitions: [PluginDefinition], _ options: WorkerPool.Options, _ keys: KeyRing, _ form: Batch.Form
  ) throws(HostError) {
    limit = options.payloadLimit
    self.form = form
    plugins = Set(definitions.map(\.name))
    pool = try WorkerPool(definitions: definitions, options: options, keys: keys)
    try pool.checkPlugins()
  }

  func run(_ queue: WorkQueue) {
    pool.onResult = { [unowned self] in take($0) }
    var isClosed = false
    let arrivals = queue.open(on: pool.reactor) { [unowned self] work, isLast in
      waiting += work
      isClosed = isClosed || isLast
    }
    defer { arrivals.cancel() }
    do throws(HostError) {
      while !isClosed || pool.pending > 0 || !waiting.isEmpty {
        try pool.turn()
        submit()
      }
    } catch {
      for work in inFlight.values.flatMap(\.values) { work.fail(error) }
      for work in waiting { work.fail(error) }
      queue.fail(error)
    }
  }

  private func submit() {
    var next = 0
    while next < waiting.count, let slot = pool.vacantSlot() {
      var items: [BatchItem] = []
      var context = Batch.Context()
      var batch: [Int: WorkQueue.Work] = [:]
      var filled = 0
      while next < waiting.count, items.count < pool.batchItems {
        let line = waiting[next].line
        if line.count > limit {
          reject(
            waiting[next], limit,
            "the notification has \(line.count) bytes; the limit is \(limit) (limits.payload)")
          next += 1
          continue
        }
        guard let item = slot.put(line, &filled) else { break }
        batch[items.count] = waiting[next]
        items.append(item)
        context.lines.append(1)
        next += 1
      }
      if items.isEmpty { break }
      inFlight[pool.submit(slot, items, context, form: form)] = batch
    }
    waiting.removeFirst(next)
  }

  private func take(_ result: BatchResult) {
    guard let body = result.body else { return }
    let sequence = result.batch.sequence
    body.eachEntry { entry in
      guard let work = inFlight[sequence]?.removeValue(forKey: entry.item) else { return }
      if let problem = result.malformed[entry.item] {
        reject(work, 0, problem)
      } else {
        resume(work, entry.record, output: entry.output, outcome: entry.outcome, effects: entry.effects)
      }
    }
    if result.isLast { inFlight[sequence] = nil }
  }
}
