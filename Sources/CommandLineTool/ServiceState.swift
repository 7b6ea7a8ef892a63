import EventLoop
import FrontDoor
import Generations
import Glibc
import NotificationModel
import Operations
import PrometheusMetrics
import RESTInterface
import ServiceLife
import Synchronization

/// The state of a service, as it answers for itself over the listener for operations.
final class ServiceState: OperationsSource, RESTSource {
  private struct Phase {
    var state = ServiceStatus.State.starting
    var since = Timestamp.now
  }

  private let run: ServiceRun
  private let pulse: LoopPulse
  private let registry: MetricRegistry
  private let reloader: Reloader
  private let isDurable: Bool
  private let startedAt = Timestamp.now
  private let phase = Mutex(Phase())
  private let door = Mutex<FrontDoor?>(nil)

  /// - Parameter isDurable: true where what is left at a stop goes on with the next start.
  init(
    _ run: ServiceRun, _ reloader: Reloader, _ pulse: LoopPulse, _ registry: MetricRegistry, isDurable: Bool
  ) {
    self.run = run
    self.pulse = pulse
    self.registry = registry
    self.reloader = reloader
    self.isDurable = isDurable
  }

  /// Notes that the door is open.
  func opened(_ door: FrontDoor) {
    self.door.withLock { $0 = door }
    enter(.running)
  }

  /// Notes a phase; a service that has begun to drain does not run again.
  func enter(_ state: ServiceStatus.State) {
    phase.withLock { phase in
      if phase.state != state { phase = Phase(state: state) }
    }
  }

  /// Stops accepting pushes, and returns when those that were accepted are answered; another call waits for the same.
  func closeDoor(_ deadline: Duration) async {
    await door.withLock { $0 }?.drain(deadline: deadline)
  }

  // MARK: RESTSource

  var refusal: String? {
    let state = phase.withLock { $0.state }
    return state == .running ? nil : "the service is \(state.rawValue)"
  }

  func recall(_ names: [String]) async -> Bool { await run.recall(names) }

  // MARK: OperationsSource

  func metrics(_ form: MetricsForm) async -> [UInt8] {
    door.withLock { $0 }?.updateMetrics()
    return Array(registry.text(form == .text ? .prometheus : .openMetrics).utf8)
  }

  func failures() async -> [String] { [pulse.hang].compactMap(\.self) }

  func obstacles() async -> [String] {
    let state = phase.withLock { $0.state }
    guard state == .running else { return ["the service is \(state.rawValue)"] }
    return run.state.hasRoom
      ? [] : ["the queue takes nothing at the moment; look at the log, and at the disk of the outbox"]
  }

  func status() async -> ServiceStatus {
    let phase = phase.withLock { $0 }
    let generation = reloader.current
    var status = ServiceStatus(
      state: phase.state, since: phase.since, startedAt: startedAt, process: getpid(),
      version: CommandLineTool.version, configuration: generation.content.fileDigest)
    status.generation = generation.number
    status.connections = door.withLock { $0 }?.connections ?? 0
    status.waiting = await run.look().waiting
    status.obstacles = await obstacles()
    return status
  }

  func drain(within limit: Duration) async -> DrainResult {
    enter(.draining)
    let end = MonotonicClock.now + limit.nanoseconds
    await closeDoor(limit)
    var left = await run.look().waiting
    while left > 0, MonotonicClock.now < end, !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(100))
      left = await run.look().waiting
    }
    if left == 0 { enter(.drained) }
    return DrainResult(left: left, isLeftDurable: isDurable)
  }
}
