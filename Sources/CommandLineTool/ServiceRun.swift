import ConfigurationFiles
import Delivery
import EventLoop
import FrontDoor
import Generations
import HTTP2Transport
import Notilua
import Pipeline
import PrometheusMetrics
import RESTInterface
import Registry
import ServiceLife
import ServiceLifecycle
import Stories
import Synchronization
import WorkerHost

/// The run of a service, on a thread of its own, from its opening to its end.
final class ServiceRun: Sendable {
  /// The orders of other threads to the run's.
  private enum Order: Sendable {
    case reopenFiles
    /// Change the generation of the chain.
    case change(ChainOrder, CheckedContinuation<Result<Void, HostError>, Never>)
    /// Have the state looked at now.
    case look(CheckedContinuation<Snapshot, Never>)
    /// Withdraw what goes by names.
    case recall([String], CheckedContinuation<Bool, Never>)
    /// Deliver pending notifications for this time: nothing new comes.
    case finish(within: Duration)
  }

  /// The state of the run, as its thread has noted it last.
  struct Snapshot: Sendable {
    var hasRoom = false
    /// The notifications that are accepted and have not come to their end.
    var waiting = 0
  }

  /// The doors into a run: they do not listen yet.
  struct Doors: Sendable {
    let front: FrontDoor
    let intake: PushIntake
    /// The gate of the HTTP API.
    let apiGate: APIGate
    /// The TLS of the HTTP API; nil where it has none.
    let apiTLS: ServerTLS?
    /// The store of what becomes of notifications; nil where nothing is.
    let stories: StoryStore?
  }

  private let plan: ServePlan
  /// The generation that the run is opened with.
  private let first: GenerationContent
  private let metrics: (registry: MetricRegistry, door: DoorMetrics)
  private let log: ServiceLog
  private let pulse: LoopPulse
  private let feedback: DeviceFeedback?
  private let orders: Mailbox<Order>
  private let stops: ServiceStops
  /// The doors into the run, once it is open.
  let opened = Awaited<Doors>()
  private let snapshot = Mutex(Snapshot())
  private let hasEnded = Atomic(false)

  init(
    _ plan: ServePlan, _ first: GenerationContent, _ metrics: (registry: MetricRegistry, door: DoorMetrics),
    _ pulse: LoopPulse, _ log: ServiceLog, _ feedback: DeviceFeedback?
  ) throws(HostError) {
    self.plan = plan
    self.feedback = feedback
    self.first = first
    self.metrics = metrics
    self.pulse = pulse
    self.log = log
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

  /// The state of the run at its last look.
  var state: Snapshot { snapshot.withLock { $0 } }

  /// Returns the state of the run now; the last one where it has ended.
  func look() async -> Snapshot {
    guard opened.current != nil, !hasEnded.load(ordering: .sequentiallyConsistent) else { return state }
    return await withCheckedContinuation { continuation in
      orders.put(.look(continuation))
      // The run may have ended since: nobody else takes the order then.
      if hasEnded.load(ordering: .sequentiallyConsistent) { answerLeft() }
    }
  }

  /// Withdraws what goes by names; true once that holds whatever happens to this process, false where the run has ended.
  func recall(_ names: [String]) async -> Bool {
    guard opened.current != nil, !hasEnded.load(ordering: .sequentiallyConsistent) else { return false }
    return await withCheckedContinuation { continuation in
      orders.put(.recall(names, continuation))
      if hasEnded.load(ordering: .sequentiallyConsistent) { answerLeft() }
    }
  }

  /// Has the generation of the chain changed.
  func change(_ order: ChainOrder) async throws(HostError) {
    let result = await withCheckedContinuation { continuation in
      orders.put(.change(order, continuation))
      if hasEnded.load(ordering: .sequentiallyConsistent) { answerLeft() }
    }
    try result.get()
  }

  /// Has the run's files opened anew.
  func reopenFiles() { orders.put(.reopenFiles) }

  // MARK: The run's thread

  private func run() throws(HostError) {
    do throws(HostError) {
      let opened = try OpenedService(plan, first, metrics, pulse, stops.stops, log, feedback)
      let registration = orders.open(on: opened.reactor) { [unowned opened] in
        for order in $0 { self.carryOut(order, opened) }
      }
      defer { registration.cancel() }
      let look = opened.every(.milliseconds(500)) { [unowned opened] in
        self.snapshot.withLock { $0 = opened.snapshot }
      }
      defer { look.cancel() }
      self.opened.settle(
        .success(
          Doors(
            front: opened.door, intake: opened.intake, apiGate: opened.apiGate, apiTLS: opened.apiTLS,
            stories: opened.stories)))
      defer { end(opened) }
      try opened.run()
    } catch {
      self.opened.settle(.failure(error))
      hasEnded.store(true, ordering: .sequentiallyConsistent)
      answerLeft()
      throw error
    }
  }

  /// Answers what was asked before the end.
  private func end(_ opened: OpenedService) {
    snapshot.withLock { $0 = opened.snapshot }
    hasEnded.store(true, ordering: .sequentiallyConsistent)
    opened.change(.discard) { _ in }
    answerLeft()
  }

  /// Answers what the run did not: with the last state, and that nothing changes any more.
  private func answerLeft() {
    for order in orders.take() {
      switch order {
      case .look(let continuation): continuation.resume(returning: state)
      case .change(_, let continuation): continuation.resume(returning: .failure(ChainOrder.stopping))
      case .recall(_, let continuation): continuation.resume(returning: false)
      case .reopenFiles, .finish: break
      }
    }
  }

  private func carryOut(_ order: Order, _ opened: OpenedService) {
    switch order {
    case .reopenFiles: opened.reopenFiles()
    case .look(let continuation): continuation.resume(returning: opened.snapshot)
    case .change(let order, let continuation):
      opened.change(order) { continuation.resume(returning: $0) }
    case .recall(let names, let continuation): opened.recall(names, continuation)
    case .finish(let time): opened.finish(within: time) { [stops] in stops.ask() }
    }
  }
}
