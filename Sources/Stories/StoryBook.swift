import Delivery
import Dispatch
import EventLoop
import LosslessJSON
import NotificationModel
import Synchronization

/// The events of a run on their way to the store: written in batches, by a thread of their own.
///
/// It belongs to the run's loop. Where the disk is slower than the run, the run waits for it.
package final class StoryBook: RunObserver {
  /// The events that are written at once.
  private static let batchSize = 2000
  /// The batches that may wait for the disk.
  private static let batchLimit = 4
  /// The time that an event waits for others.
  package static let delay = Duration.milliseconds(100)
  /// The time between two looks at what is too old.
  private static let sweepInterval = Duration.seconds(10)

  private let store: StoryStore
  private let writer = DispatchQueue(label: "outcomes")
  private let places = DispatchSemaphore(value: batchLimit)
  private let failure = FailureMark()
  private let tell: @Sendable (String) -> Void
  private let clock: () -> Int64
  private var events: [StoryEvent] = []
  private var flushing: Reactor.Timer?
  private var sweeping: Reactor.Timer?

  /// Makes a book on a run's loop.
  ///
  /// - Parameter tell: given a sentence where the store cannot be written, from any thread.
  package init(
    _ store: StoryStore, on reactor: Reactor, clock: @escaping () -> Int64 = { Timestamp.now },
    tell: @escaping @Sendable (String) -> Void
  ) {
    self.store = store
    self.clock = clock
    self.tell = tell
    flushing = reactor.timer { [unowned self] in flush() }
    sweeping = reactor.timer { [unowned self] in sweep() }
    sweeping?.arm(after: .zero)
  }

  /// Writes what is left, and returns when it is written.
  package func close() {
    flush()
    writer.sync {}
  }

  // MARK: RunObserver

  package func passed(_ push: Push, outcome: UnsafeRawBufferPointer, isOver: Bool) {
    let notification = push.notification
    var writer = JSONWriter(capacity: outcome.count + 256)
    writer.member("id", notification.identifier)
    writer.member("from", String(notification.place.prefix { $0 != ":" }))
    if let topic = notification.headers.topic { writer.member("topic", topic) }
    if let environment = notification.environment { writer.member("environment", environment.rawValue) }
    if let device = push.envelope.deviceName { writer.member("device", device) }
    if let generation = notification.generation { writer.members(of: generation) }
    if let message = push.message {
      writer.key("message")
      writer.raw(message)
    }
    writer.key("chain")
    writer.raw("{\(String(decoding: outcome, as: UTF8.self))}")
    let names = notification.names.filter {
      NotificationName.parts($0).app == nil && !NotificationName.isOwn($0)
    }
    add(.passed, notification, writer.text, names: names)
    if isOver { end(notification, "dropped") }
  }

  package func accepted(_ notification: PushNotification) { add(.accepted, notification, "") }

  package func attempted(_ notification: PushNotification, _ why: DeliveryFailure) {
    var writer = JSONWriter()
    Self.write(why, to: &writer)
    add(.attempted, notification, writer.text)
  }

  package func ended(_ notification: PushNotification, _ end: DeliveryEnd, attempts: Int) {
    // What says that another was recalled is no notification of its own.
    if notification.isOfRecall { return }
    switch end {
    case .delivered: self.end(notification, "delivered", attempts)
    case .expired: self.end(notification, "expired", attempts)
    case .withdrawn(let mayHaveArrived):
      self.end(notification, "withdrawn", attempts, mayHaveArrived: mayHaveArrived)
    case .refused(let why): self.end(notification, "refused", attempts, why)
    case .undelivered(let why): self.end(notification, "undelivered", attempts, why)
    }
  }

  package func recalled(_ names: [String]) {
    // The ends that came of it stand before it.
    flush()
    let now = clock()
    perform { store throws(StoryError) in try store.recall(names, at: now) }
  }

  package func tookBack(_ notification: PushNotification, _ word: String) {
    var writer = JSONWriter()
    writer.member("effect", word)
    add(.recalled, notification, writer.text)
  }

  private func end(
    _ notification: PushNotification, _ outcome: String, _ attempts: Int? = nil,
    _ why: DeliveryFailure? = nil, mayHaveArrived: Bool = false
  ) {
    var writer = JSONWriter()
    writer.member("outcome", outcome)
    if let generation = notification.generation { writer.members(of: generation) }
    if let attempts { writer.member("attempts", attempts) }
    if let why { Self.write(why, to: &writer) }
    if mayHaveArrived { writer.member("may_have_arrived", true) }
    add(.ended, notification, writer.text)
  }

  private static func write(_ why: DeliveryFailure, to writer: inout JSONWriter) {
    writer.member("status", why.status)
    writer.member("reason", why.reason)
  }

  // MARK: Writing

  private func add(
    _ kind: StoryEvent.Kind, _ notification: PushNotification, _ members: String, names: [String] = []
  ) {
    // Only what is of an app has readers.
    guard let app = notification.app else { return }
    if events.isEmpty { flushing?.arm(after: Self.delay) }
    events.append(
      StoryEvent(
        kind, at: clock(), apnsID: notification.apnsID, app: app, members: members, names: names))
    if events.count >= Self.batchSize { flush() }
  }

  private func flush() {
    guard !events.isEmpty else { return }
    let batch = events
    events.removeAll(keepingCapacity: true)
    perform { store throws(StoryError) in try store.write(batch) }
  }

  private func sweep() {
    let now = clock()
    perform { store throws(StoryError) in try store.sweep(at: now) }
    sweeping?.arm(after: Self.sweepInterval)
  }

  /// Does something with the store on the writer's thread, once there is a place; says when that fails at first.
  private func perform(_ body: @escaping @Sendable (StoryStore) throws(StoryError) -> Void) {
    places.wait()
    writer.async { [store, places, tell, failure] in
      defer { places.signal() }
      do throws(StoryError) {
        try body(store)
        failure.hasFailed.store(false, ordering: .relaxed)
      } catch {
        if !failure.hasFailed.exchange(true, ordering: .relaxed) { tell("\(error); outcomes are missing") }
      }
    }
  }
}

/// The mark by which one failure of the disk is one sentence.
private final class FailureMark: Sendable {
  let hasFailed = Atomic(false)
}
