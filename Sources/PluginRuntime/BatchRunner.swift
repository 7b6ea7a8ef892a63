import Localization
import LosslessJSON
import NotificationModel
import PassRecords
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

  @exclusivity(unchecked) private var unused: [Pass] = []
  @exclusivity(unchecked) private var suspended: [UInt64: Pass] = [:]
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
    chain.relaxedRules = options.relaxedRules
  }

  /// Begins a batch.
  ///
  /// - Parameters:
  ///   - identifiers: the source of the identifiers of items whose lines have none.
  ///   - isOfApp: true where the batch is for one app, whose faults count by themselves.
  package func begin(
    quarantined: UInt64, identifiers: IdentifierSeed = IdentifierSeed(0), isOfApp: Bool = false
  ) {
    clearResults()
    if isOfApp { chain.forgetFaults() }
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
  package var suspendedCount: Int { suspended.count }

  /// A Boolean value that indicates whether no further notification should begin before one that waits has
  /// its answer: there are many of them, or what they hold leaves a plugin too little of its memory.
  package var isFull: Bool { suspended.count >= CapabilityRequest.waitingLimit || isCrowded }

  /// Runs the chain on one line.
  package func run(
    item: Int, _ line: UnsafeRawBufferPointer, receivedAt: Double, presumed: [Int: Pass.PresumedFault] = [:]
  ) {
    run(item, receivedAt, presumed) { pass throws(NotificationState.Unreadable) in try pass.begin(line) }
  }

  /// Has the content extension of a notification's category handle one request.
  package func present(
    item: Int, _ bytes: UnsafeRawBufferPointer, receivedAt: Double,
    presumed: [Int: Pass.PresumedFault] = [:]
  ) {
    guard let request = try? PresentationRequest(Array(bytes)) else { return rejectUnreadable(item: item) }
    run(item, receivedAt, presumed) { pass throws(NotificationState.Unreadable) in
      try pass.begin(request)
    }
  }

  /// Runs the chain on one push, whose envelope is beside its payload.
  package func push(
    item: Int, _ bytes: UnsafeRawBufferPointer, receivedAt: Double,
    presumed: [Int: Pass.PresumedFault] = [:]
  ) {
    guard let push = PushItem(bytes) else { return rejectUnreadable(item: item) }
    run(item, receivedAt, presumed) { pass throws(NotificationState.Unreadable) in
      try pass.begin(push)
    }
  }

  /// Runs the chain on what `begin` takes as the next notification.
  @inline(__always)
  private func run(
    _ item: Int, _ receivedAt: Double, _ presumed: [Int: Pass.PresumedFault],
    _ begin: (Pass) throws(NotificationState.Unreadable) -> Void
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
    guard let pass = unused.popLast() ?? makePass() else {
      reject(item, .init(offset: 0, cause: "the worker has no room for another notification"))
      return
    }
    pass.tag = item
    do throws(NotificationState.Unreadable) {
      try begin(pass)
    } catch {
      reject(item, error)
      unused.append(pass)
      return
    }
    pass.state.pointee.receivedAt = receivedAt
    pass.state.pointee.identity.seed = identifiers
    pass.state.pointee.identity.number = item
    if !presumed.isEmpty { pass.presumedFaults = presumed }
    proceed(pass, chain.run(pass))
  }

  private func makePass() -> Pass? {
    let pass = try? Pass(depthLimit: options.depthLimit, duplicateKeys: options.duplicateKeys)
    pass?.state.pointee.keepsLocalizations = options.writesOutcomes
    pass?.state.pointee.zones = chain.zones
    return pass
  }

  /// Gives a waiting notification the answer to its request.
  package func answer(_ ticket: UInt64, _ answer: CapabilityAnswer) {
    guard let pass = suspended.removeValue(forKey: ticket) else { return }
    if suspended.isEmpty { isCrowded = false }
    pass.state.pointee.exchange.answer = answer
    progress?.pointee.item = UInt32(truncatingIfNeeded: pass.tag)
    proceed(pass, chain.resume(pass))
  }

  private func proceed(_ pass: Pass, _ progress: Chain.Progress) {
    switch progress {
    case .finished:
      if chain.takesBackOversize(pass) {
        self.progress?.pointee.pass += 1
        proceed(pass, chain.run(pass))
        return
      }
      chain.count(pass)
      finish(pass)
      if pass.state.pointee.document.capacity <= Self.keptDocumentLimit { unused.append(pass) }
    case .suspended:
      let ticket = nextTicket
      nextTicket += 1
      suspended[ticket] = pass
      if let call = pass.call, chain.plugins[pass.position].isCrowded(call) { isCrowded = true }
      if let request = pass.state.pointee.exchange.takeRequest() {
        onRequest(ticket, pass.position, request)
      }
    }
  }

  // MARK: Results

  /// Rejects what is no request.
  private func rejectUnreadable(item: Int) {
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

  private func finish(_ pass: Pass) {
    let outputBefore = output.count
    let outcomesBefore = outcomes.count
    let notesBefore = noteBytes.count
    let effectsBefore = effects.count
    let action: ResultRecord.Action
    switch pass.action {
    case .deliver: action = .deliver
    case .drop: action = .drop
    case .halt:
      action = .halt
      isHalted = true
    }
    if let presentation = pass.state.pointee.presentation {
      answer(pass, presentation).bytes.withUnsafeBytes { output.append($0) }
    } else {
      if action == .deliver { writeOutput(pass) }
      if action != .halt { writeEffects(pass, isDelivered: action == .deliver) }
    }
    if options.writesOutcomes { writeOutcome(pass) }
    if hasNotes(pass) { writeNotes(pass) }
    records.append(
      ResultRecord(
        item: pass.tag, action: action, isChanged: pass.isChanged,
        faults: pass.notes.faults.count,
        outputCount: output.count - outputBefore, outcomeCount: outcomes.count - outcomesBefore,
        noteCount: noteBytes.count - notesBefore, effectCount: effects.count - effectsBefore,
        pushType: action == .deliver ? pushType(pass) : nil))
  }

  /// Returns the push type that a changed payload stands for; nil where the host reads the payload in the line.
  private func pushType(_ pass: Pass) -> PushType? {
    guard options.content.hasPayloads, pass.isChanged else { return nil }
    return PushType(rawValue: pass.state.pointee.line.pushType(pass.state.pointee.document))
  }

  /// Returns the answer to a request: the view, and what the plugin's author should know.
  private func answer(_ pass: Pass, _ presentation: PresentationState) -> PresentationAnswer {
    var answer = PresentationAnswer()
    answer.made = presentation.made(chain.plugins)
    answer.faults = pass.notes.faults.map {
      Fault(plugin: chain.plugins[$0.plugin].definition.name, kind: $0.kind, message: $0.message)
    }
    answer.log = pass.state.pointee.log.entries.map {
      .init(plugin: $0.plugin, level: $0.level, text: $0.text)
    }
    return answer
  }

  /// Writes the line, and the payload where it was changed.
  private func writeOutput(_ pass: Pass) {
    if options.content.hasLines { writeLine(pass) }
    if options.content.hasPayloads, let payload = pass.changedPayload { output.append(payload) }
  }

  private func writeLine(_ pass: Pass) {
    let state = pass.state
    let before = output.count
    state.pointee.document.encodeAll(to: &output)
    if state.pointee.document.isEdited {
      pass.compare(UnsafeRawBufferPointer(rebasing: output.bytes[before...]))
    }
    output.append(0x0A)
  }

  /// Writes what the host acts on beside the payload.
  private func writeEffects(_ pass: Pass, isDelivered: Bool) {
    let state = pass.state
    let isRecalling = options.content.hasPayloads && !state.pointee.withdrawals.identifiers.isEmpty
    let isChanging = isDelivered && (state.pointee.attachments != 0 || !state.pointee.delivery.isEmpty)
    guard isRecalling || isChanging else { return }
    var done = PassEffects()
    if isDelivered, let delivery = state.pointee.finalDelivery { done.delivery = delivery }
    if options.content.hasPayloads {
      done.withdrawals = state.pointee.withdrawals.identifiers
      if isDelivered, state.pointee.attachments != 0 {
        done.attachments = Attachment.list(state.pointee.document, state.pointee.attachments)
      }
    }
    if !done.isEmpty { effects += done.bytes }
  }

  private func hasNotes(_ pass: Pass) -> Bool {
    let state = pass.state
    return !pass.notes.faults.isEmpty || !state.pointee.log.entries.isEmpty
      || state.pointee.document.hasLoneSurrogate
      || !state.pointee.localizations.isEmpty || !pass.notes.remarks.isEmpty
  }

  /// Writes an outcome without the brace and line number before it and the brace behind it.
  private func writeOutcome(_ pass: Pass) {
    writer.removeAll()
    OutcomeWriter.writeHead(pass, chain, isShort: false, &writer)
    let attachments = pass.state.pointee.attachments
    if attachments != 0, pass.action == .deliver, pass.state.pointee.document.count(of: attachments) > 0 {
      writer.key("attachments")
      pass.state.pointee.document.encode(attachments, to: &writer.buffer)
      writer.endValue()
    }
    if pass.action == .deliver { OutcomeWriter.writeHeaders(pass, &writer) }
    if options.traces, let reason = OutcomeWriter.reasonNotRun(pass) {
      writer.member("device_would_not_run", reason)
    }
    writer.key("payload")
    outcomes.append(writer.buffer.bytes)
    pass.state.pointee.document.encode(
      pass.state.pointee.line.payload(pass.state.pointee.document), to: &outcomes)
  }

  private func writeNotes(_ pass: Pass) {
    notes = ByteWriter()
    if pass.state.pointee.document.hasLoneSurrogate {
      Note(plugin: "", level: "warning", text: OutcomeWriter.loneSurrogate).write(to: &notes)
    }
    if logNoteCount <= Self.noteLimit {
      let before = notes.bytes.count
      for record in pass.state.pointee.localizations where !record.problems.isEmpty {
        Note(plugin: record.plugin, level: "warning", text: record.warning).write(to: &notes)
      }
      logNoteCount += notes.bytes.count - before
    }
    for remark in pass.notes.remarks {
      Note(plugin: chain.plugins[remark.plugin].definition.name, level: "warning", text: remark.text)
        .write(to: &notes)
    }
    for fault in pass.notes.faults {
      Note(
        plugin: chain.plugins[fault.plugin].definition.name, level: "fault",
        text: "\(fault.kind.rawValue), then \(fault.policy?.rawValue ?? "best_attempt"): \(fault.message)"
      ).write(to: &notes)
    }
    if let last = pass.state.pointee.log.entries.last, logNoteCount <= Self.noteLimit {
      let before = notes.bytes.count
      writeLogNotes(pass, last)
      logNoteCount += notes.bytes.count - before
    }
    noteBytes.append(contentsOf: notes.bytes)
  }

  private func writeLogNotes(_ pass: Pass, _ last: PluginLog.Entry) {
    // What only matters to the author is in the outcomes.
    for entry in pass.state.pointee.log.entries where entry.level != "debug" {
      Note(plugin: entry.plugin, level: entry.level, text: entry.text).write(to: &notes)
    }
    let omitted = pass.state.pointee.log.omitted
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
      record.timed = UInt32(clamping: tally.timed)
      record.nanoseconds = tally.nanoseconds
      record.kinds = tally.kinds
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
