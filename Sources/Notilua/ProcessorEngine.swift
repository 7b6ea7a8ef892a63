import LosslessJSON
import WorkerHost
import WorkerProtocol

/// An engine that runs plugins for a processor, on one thread.
package protocol ProcessorEngine {
  /// The names of the plugins that it runs.
  var plugins: Set<String> { get }

  /// Serves the queue until it is closed.
  func run(_ queue: WorkQueue)
}

extension ProcessorEngine {
  /// Resumes the work of one record of a batch's results.
  package func resume(
    _ work: WorkQueue.Work, _ record: ResultRecord, output: UnsafeRawBufferPointer,
    outcome: UnsafeRawBufferPointer, effects: UnsafeRawBufferPointer
  ) {
    if record.action == .reject {
      reject(work, Int(record.offset), BatchResult.cause(outcome))
      return
    }
    switch work.reply {
    case .outcome(let continuation): resume(continuation, work.number, outcome, effects)
    case .presentation(let continuation): continuation.resume(returning: reply(output))
    }
  }

  func reject(_ work: WorkQueue.Work, _ offset: Int, _ cause: String) {
    switch work.reply {
    case .presentation(let continuation): continuation.resume(returning: .none(cause))
    case .outcome(let continuation):
      var writer = JSONWriter()
      writer.member("action", "reject")
      writer.member("offset", offset)
      writer.member("reason", cause)
      resume(continuation, work.number, writer.buffer.bytes, UnsafeRawBufferPointer(start: nil, count: 0))
    }
  }

  private func resume(
    _ continuation: CheckedContinuation<Outcome, any Error>, _ line: Int, _ members: UnsafeRawBufferPointer,
    _ effects: UnsafeRawBufferPointer
  ) {
    do {
      var outcome = try Outcome(
        json: "{\"line\":\(line)," + String(decoding: members, as: UTF8.self) + "}")
      outcome.takeHeaders(effects)
      continuation.resume(returning: outcome)
    } catch {
      continuation.resume(throwing: error)
    }
  }

  private func reply(_ bytes: UnsafeRawBufferPointer) -> PresentationReply {
    guard let answer = try? PresentationAnswer(Array(bytes), plugins: plugins) else {
      return .none("the view could not be read, and is left out")
    }
    return .answer(answer)
  }
}
