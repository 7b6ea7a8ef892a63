import ConfigurationFiles
import Delivery
import EventLoop
import NotificationModel
import WorkerHost
import WorkerProtocol

/// Takes what the chain made of lines, in their order, and passes it on.
final class ChainResults {
  private let run: RunParts
  private let outcomes: OutcomeLines
  private let rejected: RejectedLines
  private let destination: Destination
  /// The names of the plugins that made the results.
  private var names: Set<String> = []

  init(_ run: RunParts, _ outcomes: OutcomeLines, _ destination: Destination, lineLimit: Int) {
    self.run = run
    self.outcomes = outcomes
    self.destination = destination
    rejected = RejectedLines(run, outcomes, limit: lineLimit)
  }

  private var state: RunState { run.state }

  func take(_ result: BatchResult) {
    guard state.phase.takesResults else { return }
    names = result.chain.names
    outcomes.generation = result.chain.generation
    defer { run.fates.flush() }
    if let oversized = result.batch.context.oversized {
      rejected.takeOversized(oversized, result.batch.context)
    }
    guard let body = result.body else { return }
    if case .lines(let sink) = destination, result.isPlain, outcomes.areUnwanted, body.notes.isEmpty {
      takeWhole(result, body, sink)
    } else {
      takeOneByOne(result, body)
    }
  }

  // MARK: Whole bodies

  /// Writes the lines of a body as they stand: in order, with no outcomes, and nothing to say.
  private func takeWhole(_ result: BatchResult, _ body: ResultBody, _ sink: LinesSink) {
    state.currentLine = result.place(body.items.lowerBound)
    let isLast = result.lacksNewline(body.items.upperBound - 1) && body[body.count - 1].outputCount > 0
    var left = sink.write(isLast ? run.output.withoutNewline(body.output) : body.output)
    var count = body.count
    if !state.phase.takesResults {
      // The line that the output ends in.
      count =
        (0..<body.count).firstIndex { index in
          left -= Int(body[index].outputCount)
          return left < 0
        } ?? body.count
    }
    if count > 0 { state.lastLine = result.place(body.items.lowerBound + count - 1) }
    self.count(result, body, count)
    if count < body.count { state.cutOff(at: result.place(body.items.lowerBound + count)) }
  }

  /// Counts the first results of a body, together: one by one costs more than a line does otherwise.
  private func count(_ result: BatchResult, _ body: ResultBody, _ count: Int) {
    var (dropped, changed) = (0, 0)
    let hasFates = run.fates.areWanted
    for index in 0..<count {
      let record = body[index]
      let isDropped = record.action == .drop
      if isDropped { dropped += 1 } else { changed += Int(record.isChanged) }
      guard hasFates else { continue }
      run.fates.settle(
        result.batch.context.source, result.batch.context.line(of: body.items.lowerBound + index),
        isDropped ? .dropped : .ended(.delivered))
    }
    state.summary.lines += count
    state.summary.dropped += dropped
    state.summary.delivered += count - dropped
    state.summary.changed += changed
  }

  private func count(_ part: ResultPart) {
    if part.record.action == .drop {
      state.summary.dropped += 1
    } else {
      state.summary.delivered += 1
      if part.isChanged { state.summary.changed += 1 }
    }
  }

  // MARK: One by one

  private func takeOneByOne(_ result: BatchResult, _ body: ResultBody) {
    for entry in body.entries {
      let part = ResultPart(result, entry, generation: outcomes.generation)
      state.currentLine = part.place
      take(part)
      if state.phase.failure != nil { state.cutOff(at: state.currentLine) }
      if !state.phase.takesResults { return }
      state.lastLine = state.currentLine
    }
  }

  private func take(_ part: ResultPart) {
    guard run.fates.isWanted(part.context.source, part.line) else { return }
    state.summary.lines += 1
    state.summary.faults += Int(part.record.faults)
    if let problem = part.problem { return rejected.take(part, offset: 0, problem) }
    for note in Note.read(part.notes, plugins: names) { run.reporter.tell(note, at: state.currentLine) }
    if let observer = run.observer, let push = part.push {
      observer.passed(push, outcome: part.outcome, isOver: part.record.action != .deliver)
    }
    switch part.record.action {
    case .deliver: deliver(part)
    case .drop: drop(part)
    case .reject: rejected.take(part, offset: Int(part.record.offset), BatchResult.cause(part.outcome))
    case .halt: halt(part)
    }
  }

  /// A line that is in the output is in the audit: the other way round it might be delivered twice.
  private func deliver(_ part: ResultPart) {
    withdraw(part, for: nil)
    count(part)
    outcomes.write(part.context, part.line, part.outcome)
    let isWritten = part.withOutput { outcomes.write(line: $0, lacksNewline: part.lacksNewline) }
    switch destination {
    case .queue(let log): enqueue(part, log)
    case .lines: if isWritten { run.fates.settle(part.context.source, part.line, .ended(.delivered)) }
    }
  }

  private func enqueue(_ part: ResultPart, _ log: DeliveryLog) {
    let ticket = run.fates.ticket(part.context.source, part.line)
    if let push = part.push { return log.take(push, part.change, ticket: ticket) }
    // Results for a queue keep the lines of all that is passed on.
    guard let line = part.kept else { return }
    log.take(line, part.change, identifier: part.identifier, ticket: ticket, place: part.place)
  }

  private func drop(_ part: ResultPart) {
    count(part)
    outcomes.write(part.context, part.line, part.outcome)
    if part.effects.withdrawals.isEmpty || destination.log == nil {
      run.fates.settle(part.context.source, part.line, .dropped)
    } else {
      // What it takes back does not come back with the next start: only then is it over.
      withdraw(part, for: run.fates.ticket(part.context.source, part.line))
    }
  }

  /// Recalls what the notification takes back, of its own app where it is a push.
  ///
  /// - Parameter ticket: the ticket of a notification that is over with that.
  private func withdraw(_ part: ResultPart, for ticket: UInt64?) {
    if part.effects.withdrawals.isEmpty { return }
    let app = part.push?.notification.app
    destination.log?.withdraw(
      part.effects.withdrawals.map { NotificationName.text($0, of: app) }, for: ticket)
  }

  private func halt(_ part: ResultPart) {
    state.summary.rejected += 1
    rejected.keep(part.kept ?? [])
    outcomes.write(part.context, part.line, part.outcome)
    run.fates.settle(part.context.source, part.line, .rejected("a plugin's on_fault: halt"))
    state.note(.halted(place: state.currentLine, at: MonotonicClock.now))
  }
}
