import LosslessJSON
import NotificationModel
import WorkerProtocol

/// Runs the chain on one batch after another, in a worker or in the host's own process.
package final class BatchRunner {
  /// The most bytes of log lines in a batch's notes.
  private static let noteLimit = 1 << 20
  /// A document that has grown beyond this is not kept for the next notification.
  private static let keptDocumentLimit = 1 << 20

  /// The chain that it runs.
  package let chain: Chain
  /// The work beside the chain.
  package let options: RunnerOptions
  /// Called where a notification waits for the host, with the ticket that ``answer(_:_:)`` takes.
  // One thread owns a runner and passes no property of it by reference: the checks would guard nothing.
  @exclusivity(unchecked) package var onRequest:
    (_ ticket: UInt64, _ plugin: Int, CapabilityRequest) -> Void = { _, _, _ in }
  /// The memory for the item that plugins run on.
  @exclusivity(unchecked) package var progress: UnsafeMutablePointer<WorkerProgress>?

  @exclusivity(unchecked) private var unused: [Flight] = []
  @exclusivity(unchecked) private var parked: [UInt64: Flight] = [:]
  @exclusivity(unchecked) private var nextTicket: UInt64 = 1
  @exclusivity(unchecked) private var writer = JSONWriter(capacity: 4096)
  @exclusivity(unchecked) private var notes = ByteWriter()

  // The sections of the results.
  @exclusivity(unchecked) private var records: [ResultRecord] = []
  @exclusivity(unchecked) private var output = ByteBuffer(capacity: 1 << 16)
  @exclusivity(unchecked) private var outcomes = ByteBuffer(capacity: 1024)
  @exclusivity(unchecked) private var noteBytes: [UInt8] = []
  @exclusivity(unchecked) private var effects: [UInt8] = []
  @exclusivity(unchecked) private var identifiers = IdentifierSeed(0)
  @exclusivity(unchecked) private var logNoteCount = 0
  /// A Boolean value that indicates whether what waits holds much of a plugin's memory.
  @exclusivity(unchecked) private var isCrowded = false
  /// A Boolean value that indicates whether a plugin's policy has stopped the run.
  @exclusivity(unchecked) private var isHalted = false

  /// Creates a runner of a chain.
  package init(chain: Chain, options: RunnerOptions) {
    self.chain = chain
    self.options = options
    chain.isReporting = options.writesOutcomes
    chain.isTracing = options.traces
    chain.quarantineAfter = options.quarantineAfter
    chain.quarantineFor = options.quarantineFor
  }

  /// Begins a batch.
  ///
  /// - Parameter identifiers: the source of the identifiers of items whose lines have none.
  package func begin(quarantined: UInt64, identifiers: IdentifierSeed = IdentifierSeed(0)) {
    clearResults()
    self.identifiers = identifiers
    isHalted = false
    chain.quarantined.removeAll(keepingCapacity: true)
    for index in 0..<min(64, chain.plugins.count) where quarantined >> UInt64(index) & 1 == 1 {
      chain.quarantined.insert(index)
    }
  }

  /// Forgets the results so far, which somebody has taken; the batch goes on.
  package func clearResults() {
    records.removeAll(keepingCapacity: true)
    output.removeAll()
    outcomes.removeAll()
    noteBytes.removeAll(keepingCapacity: true)
    effects.removeAll(keepingCapacity: true)
    logNoteCount = 0
  }

  /// A Boolean value that indicates whether there are results to take.
  package var hasResults: Bool { !records.isEmpty }
  /// The bytes of the results so far.
  package var resultSize: Int { output.count + outcomes.count + noteBytes.count + effects.count }

  /// The number of notifications of the batch that wait for an answer.
  package var parkedCount: Int { parked.count }

  /// A Boolean value that indicates whether no further notification should begin before one that waits has
  /// its answer: there are many of them, or what they hold leaves a plugin too little of its memory.
  package var isFull: Bool { parked.count >= CapabilityRequest.waitingLimit || isCrowded }

  /// Runs the chain on one line.
  package func run(
    item: Int, _ line: UnsafeRawBufferPointer, receivedAt: Double, presumed: [Int: Flight.PresumedFault] = [:]
  ) {
    run(item, receivedAt, presumed) { flight throws(NotificationState.Unreadable) in try flight.begin(line) }
  }

  /// Has the content extension of a notification's category handle one request.
  package func present(
    item: Int, _ request: PresentationRequest, receivedAt: Double,
    presumed: [Int: Flight.PresumedFault] = [:]
  ) {
    run(item, receivedAt, presumed) { flight throws(NotificationState.Unreadable) in try flight.begin(request)
    }
  }

  /// Runs the chain on what `begin` takes as the next notification.
  @inline(__always)
  private func run(
    _ item: Int, _ receivedAt: Double, _ presumed: [Int: Flight.PresumedFault],
    _ begin: (Flight) throws(NotificationState.Unreadable) -> Void
  ) {
    progress?.pointee.item = UInt32(truncatingIfNeeded: item)
    progress?.pointee.pass = 0
    if isHalted {
      reject(item, .init(offset: 0, cause: "not run: a plugin's fault has stopped the run before"))
      return
    }
    if presumed[PresumedFaultRecord.anyPlugin] != nil {
      reject(item, .init(offset: 0, cause: "the worker dies of this line while no plugin runs"))
      return
    }
    guard let flight = unused.popLast() ?? makeFlight() else {
      reject(item, .init(offset: 0, cause: "the worker has no room for another notification"))
      return
    }
    flight.tag = item
    do throws(NotificationState.Unreadable) {
      try begin(flight)
    } catch {
      reject(item, error)
      unused.append(flight)
      return
    }
    flight.state.pointee.receivedAt = receivedAt
    flight.state.pointee.identifiers = identifiers
    flight.state.pointee.number = item
    if !presumed.isEmpty { flight.presumedFaults = presumed }
    proceed(flight, chain.run(flight))
  }

  private func makeFlight() -> Flight? {
    let flight = try? Flight(depthLimit: options.depthLimit, duplicateKeys: options.duplicateKeys)
    flight?.state.pointee.keepsLocalizations = options.writesOutcomes
    flight?.state.pointee.zones = chain.zones
    return flight
  }

  /// Gives a waiting notification the answer to its request.
  package func answer(_ ticket: UInt64, _ answer: CapabilityAnswer) {
    guard let flight = parked.removeValue(forKey: ticket) else { return }
    if parked.isEmpty { isCrowded = false }
    flight.state.pointee.answer = answer
    progress?.pointee.item = UInt32(truncatingIfNeeded: flight.tag)
    proceed(flight, chain.resume(flight))
  }

  private func proceed(_ flight: Flight, _ progress: Chain.Progress) {
    switch progress {
    case .finished:
      if chain.takesBackOversize(flight) {
        self.progress?.pointee.pass += 1
        proceed(flight, chain.run(flight))
        return
      }
      chain.count(flight)
      finish(flight)
      if flight.state.pointee.document.capacity <= Self.keptDocumentLimit { unused.append(flight) }
    case .parked:
      let ticket = nextTicket
      nextTicket += 1
      parked[ticket] = flight
      if let call = flight.call, chain.plugins[flight.position].isCrowded(call) { isCrowded = true }
      if let request = flight.state.pointee.request {
        flight.state.pointee.request = nil
        onRequest(ticket, flight.position, request)
      }
    }
  }

  // MARK: Results

  /// Rejects what is no request.
  package func rejectUnreadable(item: Int) {
    reject(item, .init(offset: 0, cause: "the request cannot be read"))
  }

  private func reject(_ item: Int, _ cause: NotificationState.Unreadable) {
    let before = outcomes.count
    outcomes.append(cause.cause)
    records.append(
      ResultRecord(
        item: item, action: .reject, isChanged: false, faults: 0, outputCount: 0,
        outcomeCount: outcomes.count - before, noteCount: 0, offset: cause.offset))
  }

  private func finish(_ flight: Flight) {
    let outputBefore = output.count
    let outcomesBefore = outcomes.count
    let notesBefore = noteBytes.count
    let effectsBefore = effects.count
    let action: ResultRecord.Action
    switch flight.action {
    case .deliver: action = .deliver
    case .drop: action = .drop
    case .halt:
      action = .halt
      isHalted = true
    }
    if let presentation = flight.state.pointee.presentation {
      answer(flight, presentation).bytes.withUnsafeBytes { output.append($0) }
    } else {
      if action == .deliver { writeOutput(flight) }
      if options.content.hasPayloads, action != .halt {
        writeEffects(flight, isDelivered: action == .deliver)
      }
    }
    if options.writesOutcomes { writeOutcome(flight) }
    if hasNotes(flight) { writeNotes(flight) }
    records.append(
      ResultRecord(
        item: flight.tag, action: action, isChanged: flight.isChanged,
        faults: flight.faults.count,
        outputCount: output.count - outputBefore, outcomeCount: outcomes.count - outcomesBefore,
        noteCount: noteBytes.count - notesBefore, effectCount: effects.count - effectsBefore,
        pushType: action == .deliver ? pushType(flight) : nil))
  }

  /// Returns the push type that a changed payload stands for; nil where the host reads the payload in the line.
  private func pushType(_ flight: Flight) -> PushType? {
    guard options.content.hasPayloads, flight.isChanged else { return nil }
    return PushType(rawValue: flight.state.pointee.line.pushType(flight.state.pointee.document))
  }

  /// Returns the answer to a request: the view, and what the plugin's author should know.
  private func answer(_ flight: Flight, _ presentation: PresentationState) -> PresentationAnswer {
    var answer = PresentationAnswer()
    answer.made = presentation.made(chain.plugins)
    answer.faults = flight.faults.map {
      Fault(plugin: chain.plugins[$0.plugin].definition.name, kind: $0.kind, message: $0.message)
    }
    answer.log = flight.state.pointee.logs.map { .init(plugin: $0.plugin, level: $0.level, text: $0.text) }
    return answer
  }

  /// Writes the line, and the payload where it was changed.
  private func writeOutput(_ flight: Flight) {
    if options.content.hasLines { writeLine(flight) }
    if options.content.hasPayloads, let payload = flight.changedPayload { output.append(payload) }
  }

  private func writeLine(_ flight: Flight) {
    let state = flight.state
    let before = output.count
    state.pointee.document.encodeAll(to: &output)
    if state.pointee.document.isEdited {
      flight.compare(UnsafeRawBufferPointer(rebasing: output.bytes[before...]))
    }
    output.append(0x0A)
  }

  /// Writes what the host acts on beside the payload.
  private func writeEffects(_ flight: Flight, isDelivered: Bool) {
    let state = flight.state
    guard !state.pointee.withdrawals.isEmpty || isDelivered && state.pointee.attachments != 0 else { return }
    var done = PassEffects(withdrawals: state.pointee.withdrawals)
    if isDelivered, state.pointee.attachments != 0 {
      done.attachments = Attachment.list(state.pointee.document, state.pointee.attachments)
    }
    if !done.isEmpty { effects += done.bytes }
  }

  private func hasNotes(_ flight: Flight) -> Bool {
    let state = flight.state
    return !flight.faults.isEmpty || !state.pointee.logs.isEmpty || state.pointee.document.hasLoneSurrogate
      || !state.pointee.localizations.isEmpty || !flight.remarks.isEmpty
  }

  /// Writes an outcome without the brace and line number before it and the brace behind it.
  private func writeOutcome(_ flight: Flight) {
    writer.removeAll()
    OutcomeWriter.writeHead(flight, chain, isShort: false, &writer)
    let attachments = flight.state.pointee.attachments
    if attachments != 0, flight.action == .deliver, flight.state.pointee.document.count(of: attachments) > 0 {
      writer.key("attachments")
      flight.state.pointee.document.encode(attachments, to: &writer.buffer)
      writer.endValue()
    }
    if options.traces, let reason = OutcomeWriter.reasonNotRun(flight) {
      writer.member("device_would_not_run", reason)
    }
    writer.key("payload")
    outcomes.append(writer.buffer.bytes)
    flight.state.pointee.document.encode(
      flight.state.pointee.line.payload(flight.state.pointee.document), to: &outcomes)
  }

  private func writeNotes(_ flight: Flight) {
    notes = ByteWriter()
    if flight.state.pointee.document.hasLoneSurrogate {
      Note(plugin: "", level: "warning", text: OutcomeWriter.loneSurrogate).write(to: &notes)
    }
    if logNoteCount <= Self.noteLimit {
      let before = notes.bytes.count
      for record in flight.state.pointee.localizations where !record.problems.isEmpty {
        Note(plugin: record.plugin, level: "warning", text: record.warning).write(to: &notes)
      }
      logNoteCount += notes.bytes.count - before
    }
    for remark in flight.remarks {
      Note(plugin: chain.plugins[remark.plugin].definition.name, level: "warning", text: remark.text)
        .write(to: &notes)
    }
    for fault in flight.faults {
      Note(
        plugin: chain.plugins[fault.plugin].definition.name, level: "fault",
        text: "\(fault.kind.rawValue), then \(fault.policy?.rawValue ?? "best_attempt"): \(fault.message)"
      ).write(to: &notes)
    }
    if let last = flight.state.pointee.logs.last, logNoteCount <= Self.noteLimit {
      let before = notes.bytes.count
      writeLogNotes(flight, last)
      logNoteCount += notes.bytes.count - before
    }
    noteBytes.append(contentsOf: notes.bytes)
  }

  private func writeLogNotes(_ flight: Flight, _ last: NotificationState.LogEntry) {
    // What only matters to the author is in the outcomes.
    for entry in flight.state.pointee.logs where entry.level != "debug" {
      Note(plugin: entry.plugin, level: entry.level, text: entry.text).write(to: &notes)
    }
    let omitted = flight.state.pointee.omittedLogs
    if omitted > 0 {
      Note(plugin: last.plugin, level: "info", text: "\(omitted) more log lines were left out").write(
        to: &notes)
    }
    if logNoteCount + notes.bytes.count > Self.noteLimit {
      Note(plugin: last.plugin, level: "info", text: "the log lines of the rest of the batch are left out")
        .write(to: &notes)
    }
  }

  /// The results of the batch as one body.
  package func withResults<Result>(_ body: (ResultHeader, [UnsafeRawBufferPointer]) -> Result) -> Result {
    let tallies = chain.takeTallies().map { tally in
      var record = TallyRecord()
      record.runs = UInt32(clamping: tally.runs)
      record.edits = UInt32(clamping: tally.edits)
      record.drops = UInt32(clamping: tally.drops)
      record.faults = UInt32(clamping: tally.faults)
      record.faultsInRow = UInt32(clamping: tally.faultsInRow)
      record.passedBy = UInt32(clamping: tally.passedBy)
      record.uncountedFaults = UInt32(clamping: tally.uncountedFaults)
      record.nanoseconds = tally.nanoseconds
      return record
    }
    let header = ResultHeader(
      records: records.count, tallies: tallies.count, outputCount: output.count, outcomeCount: outcomes.count,
      noteCount: noteBytes.count, effectCount: effects.count)
    return withUnsafeBytes(of: header) { headerBytes in
      records.withUnsafeBytes { recordBytes in
        tallies.withUnsafeBytes { tallyBytes in
          noteBytes.withUnsafeBytes { noteBytes in
            effects.withUnsafeBytes { effects in
              body(
                header,
                [headerBytes, recordBytes, tallyBytes, output.bytes, outcomes.bytes, noteBytes, effects])
            }
          }
        }
      }
    }
  }
}
