import ConfigurationFiles
import EventLoop
import WorkerProtocol

/// The messages of workers to a pool.
extension WorkerPool {
  /// Acts on what a worker has sent, and replaces it where its process has ended.
  func receive(_ worker: SupervisedWorker) throws(HostError) {
    let (frames, hasEnded) = worker.receive()
    for (frame, body) in frames {
      guard accept(frame, body, worker) else {
        try replace(worker, isUnderstood: false)
        return
      }
    }
    if hasEnded { try replace(worker) }
  }

  /// Acts on a frame; false where it is none that a worker of ours sends at this point.
  private func accept(_ frame: Frame, _ body: [UInt8], _ worker: SupervisedWorker) -> Bool {
    switch frame.kind {
    case .loaded: !worker.isLoaded && load(body, worker)
    case .results: worker.isLoaded && finish(frame, body, worker)
    case .capability: worker.isLoaded && answer(frame, body, worker)
    case .lineCounts, .codeFindings: worker.inquiry.accept(frame, body, about: setup.definitions)
    case .configure, .batch, .pushes, .present, .answer, .countLines, .checkCode: false
    }
  }

  private func load(_ body: [UInt8], _ worker: SupervisedWorker) -> Bool {
    guard let (plugins, landlock) = try? PluginReport.read(body), plugins.count == setup.definitions.count
    else { return false }
    report = LoadReport(
      plugins: plugins, landlock: landlock, landlockCall: worker.process.lock.landlockCall)
    worker.isLoaded = true
    worker.failedStarts = 0
    worker.progress.begin(at: MonotonicClock.now)
    return true
  }

  // MARK: Requests

  private func answer(_ frame: Frame, _ body: [UInt8], _ worker: SupervisedWorker) -> Bool {
    worker.requestCount += 1
    guard worker.requestCount <= setup.requestLimit(items: worker.itemCount),
      let request = setup.request(body)
    else { return false }
    let answer = (onRequest?(request) ?? setup.answer(request)).body
    worker.send(Frame(.answer, id: frame.id, count: answer.count), answer)
    guard worker.process.unsentCount <= setup.unsentLimit else { return false }
    // The notification that waited goes on, however many came after it.
    worker.progress.begin(at: MonotonicClock.now)
    return true
  }

  // MARK: Results

  /// Takes the results of a worker's batch; false where they are not what a worker of ours writes.
  private func finish(_ frame: Frame, _ body: [UInt8], _ worker: SupervisedWorker) -> Bool {
    guard let index = worker.batches.firstIndex(where: { $0.slot.map { UInt64($0.number) } == frame.id }),
      let slot = worker.batches[index].slot,
      let result = result(frame, body, worker.batches[index], slot, worker), let sections = result.body,
      sections.isConsistent(result.content, writesHeaders: setup.effectsCheck.hasGrants),
      report.mayHalt || !sections.hasHalt
    else { return false }
    let tallies = sections.tallyList
    guard tallies.count == setup.definitions.count,
      tallies.allSatisfy({ $0.isPossible(items: sections.count) })
    else { return false }
    result.batch.finish(sections.items)
    if result.isLast { pace.note(result.batch.items.count, took: worker.remove(at: index)) }
    worker.progress.begin(at: MonotonicClock.now)
    handOn(result)
    for event in ledger.add(tallies, for: result.batch.context.app, now: MonotonicClock.now) {
      onEvent(event)
    }
    return true
  }

  /// Copies the results that a frame announces; nil where they are not what a worker of ours writes.
  private func result(
    _ frame: Frame, _ body: [UInt8], _ batch: Batch, _ slot: Slot, _ worker: SupervisedWorker
  ) -> BatchResult? {
    guard frame.isShared else {
      return body.withUnsafeBytes { result($0, batch, slot) }
    }
    let layout = worker.process.layout
    guard frame.count <= layout.resultSlotSize else { return nil }
    let start = worker.process.results + SharedLayout.resultsOffset + slot.number * layout.resultSlotSize
    return result(UnsafeRawBufferPointer(start: start, count: frame.count), batch, slot)
  }

  private func result(_ bytes: UnsafeRawBufferPointer, _ batch: Batch, _ slot: Slot) -> BatchResult? {
    try? BatchResult(
      batch, copying: bytes, to: batches.takeStorage(), lines: slot.lines, setup)
  }

  /// Hands on results, and those that waited for them.
  func handOn(_ result: BatchResult) {
    batches.add(result)
    handOnNext()
  }

  /// Hands on the results whose turn it is.
  func handOnNext() {
    while !holdsResults, let result = batches.next() {
      onResult(result)
      batches.close(result)
    }
  }
}
