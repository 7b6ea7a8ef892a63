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
    let plugins = Set(definitions.map(\.name))
    var outcomes: [Outcome?] = Array(repeating: nil, count: lines.count)
    var firstOf: [UInt64: Int] = [:]
    onResult = { result in
      guard let body = result.body, let first = firstOf[result.batch.sequence] else { return }
      body.eachEntry { entry in
        let place = first + entry.item
        outcomes[place] =
          result.malformed[entry.item].map { Self.rejection($0, line: place + 1) }
          ?? Self.outcome(entry, line: place + 1)
        if form == .requests, let answer = try? PresentationAnswer(Array(entry.output), plugins: plugins),
          let made = answer.made
        {
          outcomes[place]?.add(made)
        }
      }
    }
    defer { onResult = { _ in } }
    var next = 0
    while next < lines.count || pending > 0 {
      while next < lines.count, let slot = vacantSlot() {
        var items: [BatchItem] = []
        var filled = 0
        let first = next
        while next < lines.count, items.count < batchItems, lines[next].count <= payloadLimit,
          let item = slot.put(lines[next], &filled)
        {
          items.append(item)
          next += 1
        }
        if items.isEmpty {
          outcomes[next] = Self.rejection(
            "the notification has \(lines[next].count) bytes; the limit is \(payloadLimit) (limits.payload)",
            line: next + 1)
          next += 1
          continue
        }
        firstOf[submit(slot, items, Batch.Context(), form: form)] = first
      }
      if pending > 0 { try wait([], timeout: 250) }
    }
    guard outcomes.allSatisfy({ $0 != nil }) else {
      throw HostError(.sandbox, "a worker gave no outcome for a notification; build it anew, with this host")
    }
    return outcomes.compactMap { $0 }
  }

  private static func outcome(_ entry: ResultEntry, line: Int) -> Outcome? {
    if entry.record.action == .reject {
      return rejection(BatchResult.cause(entry.outcome), offset: Int(entry.record.offset), line: line)
    }
    return try? Outcome(json: "{\"line\":\(line),\(String(decoding: entry.outcome, as: UTF8.self))}")
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
