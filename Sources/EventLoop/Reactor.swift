import CEventLoop
import Glibc

/// The event loop of one thread: descriptors, timers and deferred work, and whose handlers they call.
///
/// Everything that a reactor hands out belongs to its thread; ``Mailbox`` brings letters from others. A handler may cancel
/// every registration, its own too, close the descriptor, and add others: a number that is used again gets no event of
/// the file that had it before. What an owner keeps (``Registration``, ``Timer``) is cancelled with its last reference, so
/// that a handler that refers to its owner refers to it weakly.
package final class Reactor {
  private var poller: Poller
  private var watches = WatchTable()
  /// The watch that the kernel knows a descriptor by.
  private var owners: [Int32: WatchTable.Key] = [:]
  /// The watches of descriptors that are always ready, in the order of their registration.
  private var alwaysReady: [WatchTable.Key] = []
  private var timers = TimerQueue()
  private var work: [() -> Void] = []
  private let clock: () -> Int64

  /// Makes a loop with nothing to do.
  ///
  /// - Parameter clock: the time in nanoseconds, which never goes back; a test may have one of its own.
  /// - Throws: ``SystemError`` where there are no descriptors left.
  package init(clock: @escaping () -> Int64 = { MonotonicClock.now }) throws(SystemError) {
    poller = try Poller()
    self.clock = clock
  }

  deinit { poller.close() }

  /// The time in nanoseconds, by the loop's clock.
  package var now: Int64 { clock() }

  /// The descriptor of the loop itself, which is readable where a descriptor of it is ready: a loop in another's.
  package var descriptor: Int32 { poller.descriptor }

  /// The nanoseconds until the loop has something to do without a descriptor's becoming ready; nil for none.
  package var idleTime: Int64? {
    if !work.isEmpty || !alwaysReady.isEmpty { return 0 }
    return timers.first.map { max($0.due - now, 0) }
  }

  // MARK: Turning

  /// Waits for something to happen, and calls the handlers of all that did.
  ///
  /// - Parameter timeout: the time to wait at most; nil for as long as it takes.
  package func turn(timeout: Duration? = nil) {
    let limit = [timeout?.nanoseconds, idleTime].compactMap { $0 }.min()
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 256) { events in
      let count = poller.wait(events, limit: limit)
      dispatch(events.prefix(count))
    }
    for key in alwaysReady { call(key) { $0.interest } }
    fireTimers()
    runWork()
  }

  /// Turns until `isDone` says so, which is asked after each turn and before the first.
  package func run(until isDone: () -> Bool) { while !isDone() { turn() } }

  private func dispatch(_ events: Slice<UnsafeMutableBufferPointer<epoll_event>>) {
    // Before any handler runs: one that was cancelled by a handler of this turn is known still.
    let hasStrays = events.contains { watches[WatchTable.Key($0.data.u64)] == nil }
    for event in events {
      call(WatchTable.Key(event.data.u64)) { Poller.readiness(event.events, $0.interest) }
    }
    if hasStrays { renewPoller() }
  }

  private func call(_ key: WatchTable.Key, _ readiness: (Watch) -> Readiness) {
    guard let watch = watches[key], watch.watcher != .none else { return }
    let ready = readiness(watch)
    if !ready.isEmpty { watch.handler(ready) }
  }

  /// Leaves what the kernel still watches although its number was closed: another process or number holds the file open.
  private func renewPoller() {
    guard let new = try? Poller() else { return }
    poller.close()
    poller = new
    for key in watches.kernelKeys {
      guard let watch = watches[key] else { continue }
      if poller.set(watch, key, isNew: true) != 0 { settle(key, as: .always) }
    }
  }

  private func fireTimers() {
    let now = now
    let end = timers.nextOrder
    // What a timer arms comes next turn: a timer that is always late keeps nobody else from theirs.
    while let timer = timers.first, timer.due <= now, timer.order < end {
      timers.remove(timer)
      timer.handler()
    }
  }

  private func runWork() {
    let due = work
    work = []
    for body in due { body() }
  }

  // MARK: Work and timers

  /// Runs `body` later on this thread, never from within this call.
  package func perform(_ body: @escaping () -> Void) { work.append(body) }

  /// Makes a timer that calls `handler` each time that it was armed and is due.
  package func timer(_ handler: @escaping () -> Void) -> Timer { Timer(self, handler) }

  fileprivate func arm(_ node: TimerQueue.Node, at due: Int64) {
    // A time that is past is now, behind those that are late already.
    timers.insert(node, due: max(due, now))
  }

  fileprivate func disarm(_ node: TimerQueue.Node) { timers.remove(node) }

  // MARK: Descriptors

  /// Calls `handler` with the directions in which a descriptor is ready, as long as it is.
  ///
  /// A descriptor has one registration; another one takes its place. A negative number is never ready, as to `poll`. A
  /// descriptor that the kernel cannot watch counts as always ready: a regular file is, and of one that is not open its
  /// handler learns that by reading or writing.
  package func watch(
    _ descriptor: Int32, for interest: Readiness = .readable, _ handler: @escaping (Readiness) -> Void
  ) -> Registration {
    watch(Watch(descriptor: descriptor, isEdgeTriggered: false, interest: interest, handler: handler))
  }

  /// Calls `handler` each time that a descriptor becomes readable, and not again while it stays so.
  func watchEdges(_ descriptor: Int32, _ handler: @escaping () -> Void) -> Registration {
    watch(
      Watch(descriptor: descriptor, isEdgeTriggered: true, interest: .readable) { _ in handler() })
  }

  private func watch(_ watch: Watch) -> Registration {
    let key = watches.insert(watch)
    setInterest(key, watch.interest)
    return Registration(self, key)
  }

  fileprivate func interest(_ key: WatchTable.Key) -> Readiness { watches[key]?.interest ?? [] }

  fileprivate func setInterest(_ key: WatchTable.Key, _ interest: Readiness) {
    guard var watch = watches[key] else { return }
    watch.interest = interest
    watches[key] = watch
    switch (watch.watcher, interest.isEmpty) {
    // Not without interest: the kernel reports a hang-up whatever is asked for.
    case (_, true): unwatch(key)
    case (.none, false) where watch.descriptor < 0: break
    case (.always, false): break
    case (.none, false):
      settle(key, as: poller.set(watch, key, isNew: true) == 0 ? .kernel : .always)
      own(watch.descriptor, key)
    case (.kernel, false):
      if poller.set(watch, key, isNew: false) != 0 { settle(key, as: .always) }
    }
  }

  fileprivate func cancel(_ key: WatchTable.Key) {
    unwatch(key)
    watches.remove(key)
  }

  private func settle(_ key: WatchTable.Key, as watcher: Watch.Watcher) {
    watches[key]?.watcher = watcher
    alwaysReady.removeAll { $0 == key }
    if watcher == .always { alwaysReady.append(key) }
  }

  /// Notes the watch that has a descriptor's number now; the one that had it before has lost its file.
  private func own(_ descriptor: Int32, _ key: WatchTable.Key) {
    guard let before = owners.updateValue(key, forKey: descriptor), before != key else { return }
    settle(before, as: .none)
    watches.remove(before)
  }

  private func unwatch(_ key: WatchTable.Key) {
    guard let watch = watches[key] else { return }
    if watch.watcher == .kernel { poller.remove(watch.descriptor) }
    settle(key, as: .none)
    if owners[watch.descriptor] == key { owners[watch.descriptor] = nil }
  }
}

extension Reactor {
  /// A descriptor's place on a loop, until it is cancelled or its last reference goes.
  package final class Registration {
    private let reactor: Reactor
    private let key: WatchTable.Key

    fileprivate init(_ reactor: Reactor, _ key: WatchTable.Key) {
      self.reactor = reactor
      self.key = key
    }

    deinit { cancel() }

    /// The directions to watch; none at all pauses the registration.
    package var interest: Readiness {
      get { reactor.interest(key) }
      set { if newValue != interest { reactor.setInterest(key, newValue) } }
    }

    /// Ends the registration, best before its descriptor is closed.
    package func cancel() { reactor.cancel(key) }
  }

  /// A timer of a loop, which is disarmed with its last reference.
  package final class Timer {
    private let reactor: Reactor
    private let node: TimerQueue.Node

    fileprivate init(_ reactor: Reactor, _ handler: @escaping () -> Void) {
      self.reactor = reactor
      node = TimerQueue.Node(handler)
    }

    deinit { disarm() }

    /// A Boolean value that indicates whether the timer is armed.
    package var isArmed: Bool { node.isArmed }

    /// Arms the timer once for a time of the loop's clock; one that is armed gets the new time.
    package func arm(at due: Int64) { reactor.arm(node, at: due) }

    /// Arms the timer once, for after a duration.
    package func arm(after duration: Duration) { arm(at: reactor.now + duration.nanoseconds) }

    /// Disarms the timer.
    package func disarm() { reactor.disarm(node) }
  }
}
