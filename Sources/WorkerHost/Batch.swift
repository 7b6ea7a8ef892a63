import Glibc
import LosslessJSON
import NotificationModel
import WorkerProtocol

/// Lines on their way through a worker, and what is known of earlier attempts at them.
package final class Batch {
  /// The place in the order of all batches.
  package let sequence: UInt64
  package let items: [BatchItem]
  /// The source of the identifiers of items whose lines have none.
  package let identifiers: IdentifierSeed
  /// The context that the submitter needs when the results come.
  package let context: Context
  let form: Form

  /// The kinds of items.
  package enum Form: Sendable {
    /// Notifications, each of which becomes a line of output or an outcome.
    case lines
    /// Requests to content extensions, each of which has a ``PresentationAnswer``.
    case requests

    /// The frame by which a batch goes to a worker.
    var frame: Frame.Kind {
      switch self {
      case .lines: .batch
      case .requests: .present
      }
    }
  }

  var slot: Slot?
  /// The items that have no result yet.
  private(set) var pending: Range<Int>
  private(set) var presumed: [PresumedFaultRecord] = []
  /// The item that a worker died of last.
  var caution: Int
  /// The place at which the last worker died, and the number of those in a row that did.
  var suspect: (item: Int, plugin: Int, deaths: Int)?
  var deaths = 0
  var deathsWithoutSuspect = 0
  /// A Boolean value that indicates whether results are sent before each item.
  var isStepwise = false
  /// The item at which workers died while the batch was stepwise, and the number of their deaths.
  var stepDeaths: (item: Int, deaths: Int) = (0, 0)

  /// The input that the lines came from.
  package struct Context: Sendable {
    /// The name of the input.
    package var input = ""
    /// The place of the input among all.
    package var source = 0
    /// The line number of each item.
    package var lines: [Int] = []
    /// A line that never reached a worker, because it is too long: its number and length.
    package var oversized: (line: Int, count: Int)?
    /// A Boolean value that indicates whether the last item's line had no newline at its end.
    package var lacksNewline = false

    package init() {}
  }

  func presume(_ fault: PresumedFaultRecord) { presumed.append(fault) }

  /// Takes note of results; what is known of their items is of no use any more.
  func finish(_ items: Range<Int>) {
    pending = items.upperBound..<pending.upperBound
    presumed.removeAll { Int($0.item) < pending.lowerBound }
  }

  func isPresumed(_ item: Int, _ plugin: Int) -> Bool {
    presumed.contains { Int($0.item) == item && Int($0.plugin) == plugin }
  }

  init(
    sequence: UInt64, items: [BatchItem], identifiers: IdentifierSeed, context: Context, form: Form = .lines
  ) {
    self.form = form
    self.identifiers = identifiers
    self.sequence = sequence
    self.items = items
    self.context = context
    pending = 0..<items.count
    caution = items.count
  }
}

/// A place in a worker's memory for one batch.
package final class Slot {
  let worker: Int
  let number: Int
  /// The memory for the lines.
  package let lines: UnsafeMutableRawPointer
  package let capacity: Int
  var isVacant = true

  package init(worker: Int, number: Int, lines: UnsafeMutableRawPointer, capacity: Int) {
    self.worker = worker
    self.number = number
    self.lines = lines
    self.capacity = capacity
  }

  /// The memory that lines go to.
  package var memory: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: lines, count: capacity)
  }

  /// Puts a line behind those that take `filled` bytes; nil where it does not fit.
  package func put(_ line: [UInt8], _ filled: inout Int) -> BatchItem? {
    guard filled + line.count <= capacity else { return nil }
    line.withUnsafeBytes {
      if let start = $0.baseAddress { (lines + filled).copyMemory(from: start, byteCount: $0.count) }
    }
    defer { filled += line.count }
    return BatchItem(offset: filled, count: line.count)
  }
}

/// The results of a batch or of a part of it, in memory of the host's own.
///
/// The memory is valid until its receiver returns.
package final class BatchResult {
  package let batch: Batch
  /// A Boolean value that indicates whether these are the last results of the batch.
  package let isLast: Bool
  /// The sections of the results; nil for a batch without items.
  package let body: ResultBody?
  /// A Boolean value that indicates whether the records are in the order of the items, each delivered or dropped.
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
    content: ResultContent, limits: ResultLimits
  ) throws(Malformed) {
    self.storage = storage
    guard let body = ResultBody(storage.copy(bytes), pending: batch.pending) else { throw Malformed() }
    self.batch = batch
    self.body = body
    self.content = content
    isLast = body.items.upperBound == batch.items.count
    var next = body.items.lowerBound
    body.eachEntry { entry in
      let place = batch.items[entry.item]
      let line = UnsafeRawBufferPointer(start: lines + Int(place.offset), count: Int(place.count))
      let problem =
        Self.problem(ofOutput: entry, content, limits)
        ?? Self.problem(ofOutcome: entry, line, limits) ?? Self.problem(ofEffects: entry)
      if let problem { malformed[entry.item] = problem }
      let isPassed = problem == nil && entry.record.isPassed
      if !isPassed || content.hasPayloads { kept[entry.item] = Array(line) }
      if !isPassed || entry.item != next { isPlain = false }
      next += 1
    }
  }

  init(empty batch: Batch) {
    self.batch = batch
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

  private static func problem(ofEffects entry: ResultEntry) -> String? {
    PassEffects(entry.effects) == nil ? "the worker's attachments or recalls break their rules" : nil
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

/// Memory that results are copied to, kept from batch to batch: fresh memory costs more than the copy.
final class ResultStorage {
  private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)

  deinit { bytes.deallocate() }

  /// The bytes behind a copy, the last of which is a NUL: what looks at text may look a little further.
  private static let slack = 24

  /// Copies `source`; the copy is there until the next one is made.
  func copy(_ source: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    if bytes.count < source.count + Self.slack {
      bytes.deallocate()
      bytes = .allocate(byteCount: source.count + source.count / 4 + Self.slack, alignment: 8)
    }
    bytes.copyMemory(from: source)
    if let start = bytes.baseAddress { memset(start + source.count, 0, Self.slack) }
    return UnsafeRawBufferPointer(rebasing: bytes[0..<source.count])
  }
}
