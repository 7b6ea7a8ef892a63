import NotificationModel
import WorkerHost
import WorkerProtocol

/// The result of one line of a batch.
struct ResultPart {
  let record: ResultRecord
  /// The line for output as the worker wrote it; empty where nobody reads lines, and where it was dropped.
  private let output: UnsafeRawBufferPointer
  /// The payload where the chain has changed it, for a queue; else empty.
  private let payload: UnsafeRawBufferPointer
  let outcome: UnsafeRawBufferPointer
  let notes: UnsafeRawBufferPointer
  /// The effects of plugins beside the payload.
  let effects: PassEffects
  /// The fault of a result that only a compromised worker writes; nil for none.
  let problem: String?
  /// The line as the host has read it; nil where nobody needs it again.
  let kept: [UInt8]?
  /// The line's number in its input.
  let line: Int
  let place: String
  /// A Boolean value that is true where the line had no newline, as the last line of an input may.
  let lacksNewline: Bool
  /// The push that it is of; nil for a line.
  let push: Push?
  private let batch: Batch

  /// - Parameter generation: the one that made the result; nil where there is one chain for all.
  init(_ result: BatchResult, _ entry: ResultEntry, generation: GenerationMark?) {
    record = entry.record
    output = entry.line(result.content)
    payload = entry.payload(result.content)
    outcome = entry.outcome
    notes = entry.notes
    problem = result.malformed[entry.item]
    // Effects that break their rules are a problem of the result.
    effects = PassEffects(entry.effects) ?? PassEffects()
    kept = result.kept[entry.item]
    batch = result.batch
    line = batch.context.line(of: entry.item)
    lacksNewline = result.lacksNewline(entry.item)
    var push = batch.push(entry.item)
    push?.notification.generation = generation
    self.push = push
    place = push?.notification.place ?? result.place(entry.item)
  }

  /// The place in its input.
  var context: Batch.Context { batch.context }
  /// The name of the notification where its line has none.
  var identifier: String { batch.identifiers.identifier(of: Int(record.item)) }
  /// The change of the payload by the chain, for a queue.
  var change: PayloadChange {
    PayloadChange(
      payload: payload.isEmpty ? nil : Array(payload), pushType: record.pushType,
      attachments: effects.attachments, delivery: delivery)
  }
  /// A Boolean value that is true where the chain has changed the payload or the delivery headers.
  var isChanged: Bool { record.isChanged != 0 || delivery != nil }
  /// The delivery headers that plugins have changed; nil for none.
  private var delivery: DeliveryChange? { effects.delivery.entries.isEmpty ? nil : effects.delivery }

  /// Calls a body with the line for output, into which the host writes the delivery headers that plugins have changed.
  func withOutput<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    guard let delivery, !output.isEmpty, let line = EnvelopeWriter.line(output, changing: delivery) else {
      return body(output)
    }
    return (line + [0x0A]).withUnsafeBytes(body)
  }
}

extension BatchResult {
  /// The place of an item, as people read it.
  func place(_ item: Int) -> String { "\(batch.context.input):\(batch.context.line(of: item))" }

  /// A Boolean value that is true where an item's line had no newline.
  func lacksNewline(_ item: Int) -> Bool {
    batch.context.lacksNewline && item == batch.items.count - 1
  }
}

extension Batch.Context {
  /// The number of an item's line; 0 where there is none.
  func line(of item: Int) -> Int { lines.indices.contains(item) ? lines[item] : 0 }
}
