import LosslessJSON
import WorkerHost
import WorkerProtocol

/// An engine that runs plugins for a processor, on one thread.
package protocol ProcessorEngine {
  /// Serves the queue until it is closed.
  func run(_ queue: WorkQueue)
}

extension ProcessorEngine {
  func resume(_ work: WorkQueue.Work, _ members: UnsafeRawBufferPointer) {
    do {
      work.continuation.resume(
        returning: try Outcome(
          json: "{\"line\":\(work.number)," + String(decoding: members, as: UTF8.self) + "}"))
    } catch {
      work.continuation.resume(throwing: error)
    }
  }

  func reject(_ work: WorkQueue.Work, _ offset: Int, _ cause: String) {
    var writer = JSONWriter()
    writer.member("action", "reject")
    writer.member("offset", offset)
    writer.member("reason", cause)
    resume(work, writer.buffer.bytes)
  }

  /// Resumes the work of one record of a batch's results.
  package func resume(_ work: WorkQueue.Work, _ record: ResultRecord, _ outcome: UnsafeRawBufferPointer) {
    if record.action == .reject {
      reject(work, Int(record.offset), BatchResult.cause(outcome))
    } else {
      resume(work, outcome)
    }
  }
}
