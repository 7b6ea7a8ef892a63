import Delivery
import LosslessJSON
import WorkerHost

/// Writes down lines that are no notifications, and why.
final class RejectedLines {
  private let run: RunParts
  private let outcomes: OutcomeLines
  private let limit: Int

  /// - Parameter limit: the most bytes of a line.
  init(_ run: RunParts, _ outcomes: OutcomeLines, limit: Int) {
    self.run = run
    self.outcomes = outcomes
    self.limit = limit
  }

  func takeOversized(_ oversized: (line: Int, count: Int), _ context: Batch.Context) {
    run.state.summary.lines += 1
    let place = "\(context.input):\(oversized.line)"
    run.state.lastLine = place
    let cause = "the line has \(oversized.count) bytes; the limit is \(limit) (limits.payload)"
    count("the line is longer than limits.payload")
    if !run.files.has(.rejects) {
      run.reporter.tellRejection(": \(cause)", at: place, kind: "limits.payload")
    }
    write(context, oversized.line, offset: limit, cause)
  }

  func take(_ part: ResultPart, offset: Int, _ cause: String) {
    keep(part.kept ?? [])
    count(cause)
    if !run.files.has(.rejects) {
      run.reporter.tellRejection(" at byte \(offset): \(cause)", at: part.place, kind: cause)
    }
    write(part.context, part.line, offset: offset, cause)
  }

  /// Keeps the bytes of a line.
  func keep(_ bytes: [UInt8]) { run.files.write(bytes + [0x0A], to: .rejects) }

  private func count(_ cause: String) {
    run.state.summary.rejected += 1
    run.state.summary.countRejection(cause)
  }

  private func write(_ context: Batch.Context, _ line: Int, offset: Int, _ cause: String) {
    var writer = JSONWriter()
    writer.member("action", "reject")
    writer.member("offset", offset)
    writer.member("reason", cause)
    outcomes.write(context, line, writer.buffer.bytes)
    run.fates.settle(context.source, line, .rejected(cause))
  }
}
