import ConfigurationFiles
import Glibc
import WorkerHost

/// How a run waits: for lines, results, reports and signals together.
extension Run {
  /// Waits until a descriptor is readable, a worker has results, the sink has reports, or a signal comes.
  ///
  /// - Returns: whether the descriptor is readable.
  @discardableResult
  func wait(for file: Int32? = nil, most: Int32) throws(HostError) -> Bool {
    var polled = [pollfd(fd: state.stops.descriptor, events: Int16(POLLIN), revents: 0)]
    if let file { polled.append(pollfd(fd: file, events: Int16(POLLIN), revents: 0)) }
    let ready = try poll(polled, most)
    if ready[0] { state.stops.acknowledge() }
    noteSignal()
    reporter.showProgress(summary)
    return file != nil && ready[1]
  }

  private func poll(_ polled: [pollfd], _ most: Int32) throws(HostError) -> [Bool] {
    guard let log = destination.log else { return try pool.wait(polled, timeout: most) }
    let before = (hasRoom: log.hasRoom, pending: log.pending)
    let due = log.turn()
    // Room, or the end of all that was pending, is what a run waits for, and no descriptor tells of it any more.
    let isThere = !before.hasRoom && log.hasRoom || before.pending > 0 && log.pending == 0
    let most = isThere ? 0 : most
    let limit = due < 0 ? most : most < 0 ? due : min(due, most)
    let own = pollfd(fd: log.descriptor, events: Int16(POLLIN), revents: 0)
    let ready = try pool.wait(polled + [own], timeout: limit)
    log.turn()
    return ready
  }

  /// Notes the first signal that asks for an end; nothing is retried from then on.
  func noteSignal() {
    guard state.phase.signal == nil, state.stops.count() > 0 else { return }
    state.note(.signal(state.stops.last(), at: monotonicNanoseconds()))
    destination.log?.stopRetrying()
  }

  /// The longest that the run may wait while it has progress to show, in milliseconds.
  var patience: Int32 { options.showsProgress ? 500 : -1 }

  /// Waits for what is under way.
  ///
  /// - Parameter isForSink: whether what the sink has not ended is waited for, too.
  func drain(isForSink: Bool = true) throws(HostError) {
    var notice = StopNotice()
    // What stands before the line that stopped the run is delivered.
    while state.phase.takesResults && pool.pending > 0
      || isForSink && state.phase.waits && destination.pending > 0
    {
      if !state.isPatient { return giveUp() }
      try wait(most: 500)
      if let stop = state.phase.stop,
        let line = notice.line(since: stop.since, batches: pool.pending, pushes: destination.pending)
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

  /// Waits for results, and for nothing of the sink's.
  func awaitResults() {
    do throws(HostError) { try drain(isForSink: false) } catch { state.note(.failure(error)) }
  }
}
