import ConfigurationFiles
import LosslessJSON
import NotificationModel
import WorkerHost
import WorkerProtocol

extension WorkerPool {
  /// Runs the chain on lines, and waits for what becomes of them, in their order.
  ///
  /// The pool's runner must write outcomes. Takes the place of ``onResult``.
  package func outcomes(of lines: [[UInt8]]) throws(HostError) -> [Outcome] {
    try outcomes(of: lines, form: .lines)
  }

  /// Has content extensions handle a request, and waits for what becomes of it.
  package func outcome(of request: PresentationRequest) throws(HostError) -> Outcome {
    try outcomes(of: [request.bytes], form: .requests)[0]
  }

  private func outcomes(of lines: [[UInt8]], form: Batch.Form) throws(HostError) -> [Outcome] {
    let found = FoundOutcomes(count: lines.count, form, plugins: pluginNames)
    onResult = { found.take($0) }
    defer { onResult = { _ in } }
    var next = 0
    while next < lines.count || pending > 0 {
      while next < lines.count, let slot = vacantSlot() {
        next = submit(lines, from: next, in: slot, form, found)
      }
      if pending > 0 { try turn() }
    }
    let outcomes = found.outcomes.compactMap { $0 }
    guard outcomes.count == lines.count else {
      throw HostError(.sandbox, "a worker gave no outcome for a notification; build it anew, with this host")
    }
    return outcomes
  }

  /// Submits as many lines as a slot has room for, and returns the place of the next line.
  private func submit(
    _ lines: [[UInt8]], from first: Int, in slot: Slot, _ form: Batch.Form, _ found: FoundOutcomes
  ) -> Int {
    var items: [BatchItem] = []
    var filled = 0
    var next = first
    while next < lines.count, items.count < batchItems, lines[next].count <= payloadLimit,
      let item = slot.put(lines[next], &filled)
    {
      items.append(item)
      next += 1
    }
    if items.isEmpty {
      found.reject(
        first,
        "the notification has \(lines[first].count) bytes; the limit is \(payloadLimit) (limits.payload)")
      return first + 1
    }
    found.note(first, of: submit(slot, items, Batch.Context(), form: form))
    return next
  }
}

/// The outcomes of some lines, as far as workers have said them.
private final class FoundOutcomes {
  private(set) var outcomes: [Outcome?]
  private let form: Batch.Form
  /// The names that an answer may have.
  private let plugins: Set<String>
  /// The place of the first line of each batch.
  private var firstOf: [UInt64: Int] = [:]

  init(count: Int, _ form: Batch.Form, plugins: Set<String>) {
    outcomes = Array(repeating: nil, count: count)
    self.form = form
    self.plugins = plugins
  }

  func note(_ first: Int, of batch: UInt64) { firstOf[batch] = first }

  func reject(_ place: Int, _ cause: String) { outcomes[place] = Self.rejection(cause, line: place + 1) }

  func take(_ result: BatchResult) {
    guard let body = result.body, let first = firstOf[result.batch.sequence] else { return }
    body.eachEntry { entry in
      let place = first + entry.item
      if let problem = result.malformed[entry.item] {
        reject(place, problem)
      } else {
        outcomes[place] = outcome(entry, line: place + 1)
      }
    }
  }

  private func outcome(_ entry: ResultEntry, line: Int) -> Outcome? {
    if entry.record.action == .reject {
      return Self.rejection(
        BatchResult.cause(entry.outcome), offset: Int(entry.record.offset), line: line)
    }
    var outcome = try? Outcome(json: "{\"line\":\(line),\(String(decoding: entry.outcome, as: UTF8.self))}")
    // Those that the host has checked.
    outcome?.takeHeaders(entry.effects)
    if form == .requests, let answer = try? PresentationAnswer(Array(entry.output), plugins: plugins),
      let made = answer.made
    {
      outcome?.add(made)
    }
    return outcome
  }

  private static func rejection(_ cause: String, offset: Int? = nil, line: Int) -> Outcome? {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("line", line)
    writer.member("action", "reject")
    if let offset { writer.member("offset", offset) }
    writer.member("reason", cause)
    writer.endObject()
    return try? Outcome(json: writer.text)
  }
}
