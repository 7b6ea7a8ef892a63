import ConfigurationFiles
import Delivery
import EventLoop
import FrontDoor
import Logging
import Notilua
import Pipeline
import PrometheusMetrics
import ServiceLife
import ServiceLifecycle
import Synchronization
import WorkerHost

/// The run of a service, on a thread of its own, from its opening to its end.
final class ServiceRun: Sendable {
  /// What other threads ask the run's for.
  private enum Order: Sendable {
    case reopenFiles
    /// Nothing new comes: what waits has this time to be delivered.
    case finish(within: Duration)
  }

  /// The state of the run, as its thread has noted it last.
  struct Snapshot: Sendable {
    var hasRoom = false
    /// The notifications that are accepted and have not come to their end.
    var waiting = 0
  }

  /// What became of the opening.
  private enum Opening: Sendable {
    case pending([CheckedContinuation<FrontDoor, any Error>])
    case open(FrontDoor)
    case failed(HostError)
  }

  private let plan: ServePlan
  private let metrics: (registry: MetricRegistry, door: DoorMetrics)
  private let logger: Logger
  private let pulse: LoopPulse
  private let orders: Mailbox<Order>
  private let stops: ServiceStops
  private let opening = Mutex(Opening.pending([]))
  private let snapshot = Mutex(Snapshot())

  init(
    _ plan: ServePlan, _ metrics: (registry: MetricRegistry, door: DoorMetrics), _ pulse: LoopPulse,
    _ logger: Logger
  ) throws(HostError) {
    self.plan = plan
    self.metrics = metrics
    self.pulse = pulse
    self.logger = logger
    do throws(SystemError) {
      (orders, stops) = (try Mailbox(), try ServiceStops())
    } catch {
      throw HostError(.output, "\(error); look at the limit of open files (ulimit -n)")
    }
  }

  /// The run as a part of the service.
  var service: LoopService {
    LoopService(
      "run", body: { try self.run() },
      stop: { [orders, plan] in orders.put(.finish(within: plan.stopTimeout)) },
      abandon: { [stops] in
        stops.ask()
        stops.ask()
      })
  }

  /// Returns the door, once the run is open.
  ///
  /// - Throws: the error for which it could not be opened.
  func door() async throws -> FrontDoor {
    try await withCheckedThrowingContinuation { continuation in
      opening.withLock { opening in
        switch opening {
        case .pending(let waiting): opening = .pending(waiting + [continuation])
        case .open(let door): continuation.resume(returning: door)
        case .failed(let error): continuation.resume(throwing: error)
        }
      }
    }
  }

  /// The state of the run at its last look.
  var state: Snapshot { snapshot.withLock { $0 } }

  /// A Boolean value that indicates whether the run is open.
  var isOpen: Bool {
    opening.withLock { if case .open = $0 { true } else { false } }
  }

  /// Has the run's files opened anew.
  func reopenFiles() { orders.put(.reopenFiles) }

  // MARK: The run's thread

  private func run() throws(HostError) {
    do throws(HostError) {
      let opened = try OpenedService(plan, metrics, pulse, stops.stops, logger)
      let registration = orders.open(on: opened.reactor) { [unowned opened] in
        for order in $0 { self.carryOut(order, opened) }
      }
      defer { registration.cancel() }
      let look = opened.every(.milliseconds(500)) { [unowned opened] in
        self.snapshot.withLock { $0 = opened.snapshot }
      }
      defer { look.cancel() }
      settle(.open(opened.door))
      try opened.run()
    } catch {
      settle(.failed(error))
      throw error
    }
  }

  private func carryOut(_ order: Order, _ opened: OpenedService) {
    switch order {
    case .reopenFiles: opened.reopenFiles()
    case .finish(let time): opened.finish(within: time) { [stops] in stops.ask() }
    }
  }

  private func settle(_ end: Opening) {
    let waiting = opening.withLock { opening -> [CheckedContinuation<FrontDoor, any Error>] in
      guard case .pending(let waiting) = opening else { return [] }
      opening = end
      return waiting
    }
    for continuation in waiting {
      switch end {
      case .open(let door): continuation.resume(returning: door)
      case .failed(let error): continuation.resume(throwing: error)
      case .pending: break
      }
    }
  }
}
