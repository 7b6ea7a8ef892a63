import APNsCredentials
import ClientKeys
import ConfigurationFiles
import Delivery
import EventLoop
import FrontDoor
import Generations
import Glibc
import HTTP2Transport
import Logging
import Notilua
import Outbox
import Pipeline
import PrometheusMetrics
import RESTInterface
import Registry
import ServiceLife
import Stories
import WorkerHost

/// A service that is open: its loop, the run with its queue and sink, the door, and what is looked after beside them.
///
/// It belongs to the run's thread.
final class OpenedService {
  /// A timer that comes again and again until it is cancelled.
  final class Repetition {
    private var timer: Reactor.Timer?

    fileprivate init(_ reactor: Reactor, _ interval: Duration, _ body: @escaping () -> Void) {
      timer = reactor.timer { [weak self] in
        body()
        self?.timer?.arm(after: interval)
      }
      timer?.arm(after: .zero)
    }

    func cancel() { timer = nil }
  }

  let reactor: Reactor
  let door: FrontDoor
  let intake: PushIntake
  /// The gate of the HTTP API.
  let apiGate: APIGate
  /// The TLS of the HTTP API; nil where it has none.
  let apiTLS: ServerTLS?
  /// The store of what becomes of notifications; nil where nothing is.
  let stories: StoryStore?
  private let book: StoryBook?
  /// The observer of the run, which does not keep it.
  private let observer: RunObservers?
  private let plan: ServePlan
  private let source: DoorSource
  private let queue: any DeliveryQueue
  private let pipeline: Run
  private let gate: DoorGate
  private let recalls = RecallOrders()
  private let logger: Logger
  private let heartbeat: LoopHeartbeat
  private var repetitions: [Repetition] = []
  private var finishing: [Reactor.Timer] = []

  /// Opens everything but the door's sockets.
  init(
    _ plan: ServePlan, _ first: GenerationContent, _ metrics: (registry: MetricRegistry, door: DoorMetrics),
    _ pulse: LoopPulse, _ stops: RunStops, _ log: ServiceLog, _ feedback: DeviceFeedback?
  ) throws(HostError) {
    self.plan = plan
    logger = log.logger("door")
    let reactor = try Reactor.open()
    self.reactor = reactor
    heartbeat = LoopHeartbeat(pulse, on: reactor)
    source = try Self.source(on: reactor)
    var options = try plan.run.options(isQuiet: true)
    options.inputs = [.source(source, name: "door")]
    options.output = -1
    let messages = log.logger("run")
    options.tell = { messages.notice("\($0)") }
    options.catchStops = { stops }
    options.metering = Run.Metering(metrics.registry)
    stories = try plan.stories()
    book = stories.map { StoryBook($0, on: reactor) { messages.error("\($0)") } }
    let observers: [any RunObserver] = [book as (any RunObserver)?, feedback].compactMap(\.self)
    observer = observers.isEmpty ? nil : RunObservers(observers)
    options.observer = observer
    guard let queue = try RunQueue(plan.run, on: reactor).make(&options) else {
      throw HostError(.usage, "the front door has no sink; add --sink apns")
    }
    self.queue = queue
    source.hasRoom = { queue.room > 0 }
    options.queue = queue
    pipeline = try Run(
      options, configuration: plan.run.configuration, chain: first.chain, generation: first.mark(1),
      on: reactor)
    if pipeline.mayHalt { throw ChainOrder.halting }
    let keys = try plan.keys()
    gate = plan.gate(keys)
    let identity = try plan.identity()
    intake = PushIntake(
      source, accepted: try Self.accepted(queue), repeats: plan.repeats, deadline: plan.deadline)
    door = FrontDoor(
      try plan.doorOptions(identity?.first), intake: intake, gate: gate, metrics: metrics.door, logger: logger
    )
    let apiKeys = try plan.apiKeys()
    apiGate = APIGate(keys: apiKeys?.current ?? [])
    let apiIdentity = try plan.apiIdentity()
    apiTLS = try apiIdentity?.tls(protocols: ["http/1.1"])
    lookAfter(keys, "the door's keys", "nobody may push by a token") { [gate] in gate.replace(keys: $0) }
    lookAfter(apiKeys, "the keys of the HTTP API", "nobody may use it") { [apiGate] in
      apiGate.replace(keys: $0)
    }
    lookAfter(identity, "the door's certificate") { [door] in try door.reload($0) }
    lookAfter(apiIdentity, "the certificate of the HTTP API") { [apiTLS] in try apiTLS?.reload($0) }
  }

  private static func source(on reactor: Reactor) throws(HostError) -> DoorSource {
    do throws(SystemError) {
      return try DoorSource(on: reactor)
    } catch {
      throw HostError(.output, "\(error); look at the limit of open files (ulimit -n)")
    }
  }

  /// Returns the pushes that an earlier process has accepted lately.
  private static func accepted(_ queue: any DeliveryQueue) throws(HostError) -> PushIntake.Accepted {
    do throws(OutboxError) {
      guard let record = try (queue as? Outbox)?.repeats() else { return PushIntake.Accepted() }
      return PushIntake.Accepted(secret: record.secret, commits: record.commits)
    } catch {
      throw HostError(.output, error.description)
    }
  }

  /// Runs until the source ends, or a stop is asked for.
  func run() throws(HostError) {
    defer {
      source.close()
      recalls.end()
      book?.close()
    }
    try pipeline.run()
  }

  /// The state of the queue.
  var snapshot: ServiceRun.Snapshot {
    .init(hasRoom: queue.room > 0, waiting: max(queue.pending, queue.waiting ?? 0))
  }

  /// Calls a body at once and then again and again.
  func every(_ interval: Duration, _ body: @escaping () -> Void) -> Repetition {
    Repetition(reactor, interval, body)
  }

  /// Changes the generation of the chain.
  ///
  /// - Parameter done: called when it is done, or cannot be.
  func change(_ order: ChainOrder, _ done: @escaping (Result<Void, HostError>) -> Void) {
    order.carryOut(in: pipeline, done)
  }

  /// Opens the run's files anew.
  func reopenFiles() { pipeline.reopenFiles() }

  /// Withdraws what goes by names; the answer is true once that holds whatever happens to this process.
  func recall(_ names: [String], _ answer: CheckedContinuation<Bool, Never>) {
    let recall = recalls.begin(answer)
    pipeline.recall(names) { [recalls] in recalls.settle(recall) }
  }

  /// Lets pending notifications be delivered for a time: at its end no answer is waited for, and shortly before it nothing more is
  /// given to APNs.
  func finish(within time: Duration, _ stop: @escaping () -> Void) {
    finishing = [max(time / 2, time - .seconds(2)), time].map { time in
      let timer = reactor.timer(stop)
      timer.arm(after: time)
      return timer
    }
  }

  // MARK: Files that change

  /// Puts other keys in force where their file has changed: a key that is revoked is refused within two seconds.
  ///
  /// - Parameters:
  ///   - name: the keys, as the log calls them.
  ///   - consequence: what it means that there is no file, as a clause.
  private func lookAfter<Key>(
    _ keys: KeyWatch<Key>?, _ name: String, _ consequence: String, replace: @escaping ([Key]) -> Void
  ) {
    guard let keys else { return }
    repetitions.append(
      every(KeyWatch<Key>.interval) { [logger] in
        switch keys.change() {
        case .replaced(let count):
          replace(keys.current)
          logger.notice("\(name) were read again", metadata: ["keys": "\(count)"])
        case .removed:
          replace([])
          logger.warning("the file of \(name) is gone; \(consequence)")
        case .refused(let error):
          logger.error("\(error.message); the keys from before are in force")
        case nil: break
        }
      })
  }

  /// Gives new connections another certificate where its files have changed.
  ///
  /// - Parameter name: the certificate, as the log calls it.
  private func lookAfter(
    _ identity: IdentityWatch?, _ name: String, reload: @escaping (HTTP2Server.Identity) throws -> Void
  ) {
    guard let identity else { return }
    repetitions.append(
      every(.seconds(2)) { [logger] in
        do {
          guard let new = try identity.changed() else { return }
          try reload(new)
          logger.notice("\(name) was read again")
        } catch {
          logger.error("\(error); the certificate from before is in force")
        }
      })
  }
}
