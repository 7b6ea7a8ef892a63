import EventLoop
import Operations
import ServiceLife
import Synchronization

/// A service of a test: it has notifications that never come to their end, and one that ends a second after a drain began.
final class ProbeSource: OperationsSource {
  private let state = Mutex(ServiceStatus.State.running)
  private let pulse: LoopPulse
  private let left: Int
  private let startedAt = Timestamp.now

  init(_ pulse: LoopPulse, left: Int) {
    self.pulse = pulse
    self.left = left
  }

  func metrics(_ form: MetricsForm) async -> [UInt8] {
    let text = "# HELP probe_up Always 1.\n# TYPE probe_up gauge\nprobe_up 1\n"
    return Array((form == .openMetrics ? text + "# EOF\n" : text).utf8)
  }

  func failures() async -> [String] { [pulse.hang].compactMap { $0 } }

  func obstacles() async -> [String] {
    state.withLock { $0 == .running ? [] : ["the service drains", "its queue\nis full"] }
  }

  func status() async -> ServiceStatus {
    var status = ServiceStatus(
      state: state.withLock { $0 }, since: startedAt, startedAt: startedAt, process: 1, version: "probe",
      configuration: "0123abcd")
    status.waiting = left
    status.oldest = left > 0 ? startedAt : nil
    status.obstacles = await obstacles()
    return status
  }

  func drain(within limit: Duration) async -> DrainResult {
    state.withLock { $0 = .draining }
    let time = left == 0 ? min(limit, .milliseconds(100)) : limit
    try? await Task.sleep(for: time)
    if left == 0 { state.withLock { $0 = .drained } }
    return DrainResult(left: left, isLeftDurable: true)
  }
}
