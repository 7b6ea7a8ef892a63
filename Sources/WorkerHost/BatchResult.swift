import Glibc
import LosslessJSON
import NotificationModel
import WorkerProtocol

/// The results of a batch or of a part of it, in memory of the host's own.
///
/// The memory is valid until its receiver returns.
package final class BatchResult {
  package let batch: Batch
  /// The facts of the chain that made them.
  package let chain: ChainFacts
  /// A Boolean value that indicates whether these are the last results of the batch.
  package let isLast: Bool
  /// The sections of the results; nil for a batch without items.
  package let body: ResultBody?
  /// A Boolean value that indicates whether the records are in the order of the items, each delivered or dropped, and nothing
  /// is to be done beside.
  package private(set) var isPlain = true
  /// The bytes of lines that were rejected, whose result is none of ours, or that go on to a queue, by item: the slot is
  /// soon another's, and a worker cannot write there.
  package private(set) var kept: [Int: [UInt8]] = [:]
  /// The items whose result only a worker writes that is not ours any more, and what is wrong with it.
  package private(set) var malformed: [Int: String] = [:]
  /// The part of each notification that the results have.
  package let content: ResultContent
  let storage: ResultStorage?

  init(
    _ batch: Batch, copying bytes: UnsafeRawBufferPointer, to storage: ResultStorage, lines: UnsafeRawPointer,
    _ setup: PoolSetup
  ) throws(Malformed) {
    let (content, limits, check) = (setup.content(of: batch), setup.resultLimits, setup.effectsCheck)
    self.storage = storage
    chain = setup.facts
    guard let body = ResultBody(storage.copy(bytes), pending: batch.pending) else { throw Malformed() }
    self.batch = batch
    self.body = body
    self.content = content
    isLast = body.items.upperBound == batch.items.count
    var next = body.items.lowerBound
    body.eachEntry { entry in
      let place = batch.items[entry.item]
      let item = UnsafeRawBufferPointer(start: lines + Int(place.offset), count: Int(place.count))
      let line = batch.form == .pushes ? PushItem.payload(of: item) ?? item : item
      let problem =
        Self.problem(ofOutput: entry, content, limits)
        ?? Self.problem(ofOutcome: entry, line, limits)
        ?? (entry.effects.isEmpty
          ? nil : check.problem(entry.effects, content, line, batch.push(entry.item)))
      if let problem { malformed[entry.item] = problem }
      let isPassed = problem == nil && entry.record.isPassed
      if !isPassed || content.hasPayloads && batch.form == .lines { kept[entry.item] = Array(line) }
      // Effects on a line are delivery headers, which the host writes into it.
      if !isPassed || entry.item != next || !entry.effects.isEmpty { isPlain = false }
      next += 1
    }
  }

  init(empty batch: Batch, _ setup: PoolSetup) {
    self.batch = batch
    chain = setup.facts
    isLast = true
    body = nil
    content = .none
    storage = nil
  }

  private static func problem(
    ofOutput entry: ResultEntry, _ content: ResultContent, _ limits: ResultLimits
  ) -> String? {
    if entry.output.isEmpty { return nil }
    if content == .answers { return problem(ofAnswer: entry.output) }
    if content.hasLines, let problem = Self.problem(ofObject: entry.line(content), isLine: true, limits) {
      return problem
    }
    let payload = entry.payload(content)
    if content == .linesAndPayloads, payload.isEmpty == (entry.record.isChanged != 0) {
      return "the worker's result says of a payload what it does not have"
    }
    return payload.isEmpty ? nil : Self.problem(ofObject: payload, isLine: false, limits)
  }

  /// - Parameter isLine: whether the object ends in its newline; a payload becomes part of a line, and has none.
  private static func problem(
    ofObject output: UnsafeRawBufferPointer, isLine: Bool, _ limits: ResultLimits
  ) -> String? {
    guard let text = output.baseAddress else { return nil }
    let count = isLine ? output.count - 1 : output.count
    let end = memchr(text, 0x0A, output.count).map { UnsafeRawPointer($0) - text }
    guard end == (isLine ? count : nil) else { return "the worker's result is not one line" }
    if output.count > limits.output {
      return
        "the worker's result has \(output.count) bytes; the limit is \(limits.output), which follows limits.payload"
    }
    return JSONForm.isObject(text.assumingMemoryBound(to: UInt8.self), count: count)
      ? nil : "the worker's result is no JSON object"
  }

  /// Returns why an answer is none; what is in it is read by who asked.
  private static func problem(ofAnswer output: UnsafeRawBufferPointer) -> String? {
    let limit = PresentationAnswer.sizeLimit
    if output.count <= limit { return nil }
    return "the worker's presentation has \(output.count) bytes; the limit is \(limit)"
  }

  private static func problem(
    ofOutcome entry: ResultEntry, _ line: UnsafeRawBufferPointer, _ limits: ResultLimits
  ) -> String? {
    // The cause of a rejection is text, and cut where it is read.
    guard let text = entry.outcome.baseAddress, !entry.outcome.isEmpty, entry.record.action != .reject else {
      return nil
    }
    let count = entry.outcome.count
    // A program may hand over a payload of several lines, and has it back so.
    if memchr(text, 0x0A, count) != nil, !line.contains(0x0A) {
      return "the worker's outcome is not one line"
    }
    if count > limits.outcome {
      return
        "the worker's outcome has \(count) bytes; the limit is \(limits.outcome), which follows limits.payload"
    }
    return JSONForm.isMembers(text.assumingMemoryBound(to: UInt8.self), count: count)
      ? nil : "the worker's outcome is no JSON"
  }

  /// Returns the cause of a rejection, as far as it is of a length that a worker of ours writes.
  package static func cause(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix(ResultLimits.cause + 4), as: UTF8.self).cut(to: ResultLimits.cause)
  }

  /// The results are not what a worker of ours writes.
  struct Malformed: Error {}
}
