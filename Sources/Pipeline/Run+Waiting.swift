import ConfigurationFiles
import EventLoop
import WorkerHost

/// The waiting of a run: for lines, results, reports and signals together.
extension Run {
  /// Turns the loop once: whatever has come is acted on.
  ///
  /// - Parameter timeout: the time to wait at most.
  /// - Throws: ``HostError`` where the workers cannot go on.
  func turn(timeout: Duration? = nil) throws(HostError) {
    let timeout = timeout ?? (options.showsProgress ? .milliseconds(500) : nil)
    reactor.turn(timeout: timeout)
    try pools.advance()
    destination.log?.flush()
    noteSignal()
    reporter.showProgress(summary)
  }

  /// Notes the first signal that asks for an end; nothing is retried from then on.
  func noteSignal() {
    guard state.phase.signal == nil, state.stops.count() > 0 else { return }
    state.note(.signal(state.stops.last(), at: MonotonicClock.now))
    destination.log?.stopRetrying()
  }

  /// A Boolean value that is true where the chain has lines whose results are passed on.
  private var awaitsChain: Bool { state.phase.takesResults && pools.pending > 0 }

  /// Waits for what is under way, in the chain and at the sink.
  func drain() throws(HostError) {
    // What stands before the line that stopped the run is delivered.
    try wait { awaitsChain || state.phase.waits && destination.pending > 0 }
  }

  /// Waits for results, and for nothing of the sink's.
  func awaitResults() {
    do throws(HostError) { try wait { awaitsChain } } catch { state.note(.failure(error)) }
  }

  private func wait(while isUnderWay: () -> Bool) throws(HostError) {
    var notice = StopNotice()
    while isUnderWay() {
      if !state.isPatient { return giveUp() }
      try turn(timeout: .milliseconds(500))
      // A service has no second signal, and says by itself that it stops.
      if options.tell == nil, let stop = state.phase.stop,
        let line = notice.line(since: stop.since, batches: pools.pending, pushes: destination.pending)
      {
        reporter.say(line)
      }
    }
  }

  /// Ends the waiting: what the queue gives up on is written before the files are closed to it.
  private func giveUp() {
    noteSignal()
    destination.log?.abandon()
    state.noteImpatience()
  }
}
