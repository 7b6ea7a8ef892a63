import ConfigurationFiles
import EventLoop
import WorkerProtocol

/// Questions to a pool of one worker.
extension WorkerPool {
  /// Returns how often the lines of the plugins were run since they were loaded; none where the worker has died
  /// meanwhile.
  package func takeLineCounts() throws(HostError) -> [ChunkCoverage] {
    guard case .lineCounts(let counts) = try ask(.lineCounts) else { return [] }
    return counts
  }

  /// Returns what the plugins' code cannot mean; nil where the worker has died meanwhile.
  package func takeCodeFindings() throws(HostError) -> [CodeFinding]? {
    guard case .codeFindings(let findings) = try ask(.codeFindings) else { return nil }
    return findings
  }

  /// Asks the first worker, and waits until it has answered or died.
  private func ask(_ question: Inquiry.Question) throws(HostError) -> Inquiry {
    guard let worker = workers.first, worker.isLoaded else { return .none }
    worker.inquiry = .asked(question)
    worker.send(question.frame)
    let end = MonotonicClock.now + 10_000_000_000
    while worker.inquiry.isOpen {
      // No plugin runs meanwhile, so that nothing it does can take this long.
      if MonotonicClock.now > end { worker.process.kill() }
      try turn(timeout: .milliseconds(250))
    }
    defer { worker.inquiry = .none }
    return worker.inquiry
  }
}
