import NIOCore

/// The limits of a connection: times, frames, and its share of what is in flight.
extension HTTP2ServerConnection {
  // MARK: Phases

  func enter(_ phase: HTTP2ServerConnectionState.Phase) {
    guard state.phase != .ended else { return }
    state.phase = phase
    state.since = .now()
    switch phase {
    case .greeting: look(in: limits.preface)
    case .announced: look(in: Self.roundTrip)
    case .securing, .open, .leaving, .ended: break
    }
  }

  /// Notes that there is no connection any longer.
  func noteEnd(_ failure: ConnectionFailure?) {
    if failure != nil {
      switch state.phase {
      case .securing: counters.refuse(.handshake)
      case .greeting: counters.refuse(.preface)
      // libnghttp2 itself gives up on nothing else.
      case .open where failure?.kind == .http2: counters.refuse(.flood)
      case .open, .announced, .leaving, .ended: break
      }
    }
    state.look?.cancel()
    state.phase = .ended
  }

  // MARK: The end

  /// The time that a client has to answer PING before it is told the last stream.
  private static let roundTrip = Duration.seconds(1)

  /// Lets the connection end once its requests are answered (RFC 9113 §6.8).
  func leave(_ reason: String) {
    switch state.phase {
    case .securing:
      enter(.leaving)
      channel.cut()
    case .greeting: sayGoodbye(reason)
    case .open:
      channel.session?.announceEnd()
      // libnghttp2 sends PING before pending frames, and its answer must come behind the client's reading of GOAWAY.
      channel.flush()
      channel.session?.ping()
      enter(.announced(reason: reason))
      channel.flush()
    case .announced, .leaving, .ended: break
    }
  }

  /// Tells the client the last stream that is looked at.
  func sayGoodbye(_ reason: String) {
    enter(.leaving)
    goAway(
      lastStreamID: nil, code: HTTP2ErrorCode.noError.rawValue,
      debug: Array("{\"reason\":\"\(reason)\"}".utf8))
  }

  /// Ends the connection of a client that sends too much of what costs more than it gives.
  func calm() { terminate(.flood) }

  private func terminate(_ cause: HTTP2ServerCounters.Cause) {
    guard state.phase != .leaving, state.phase != .ended else { return }
    counters.refuse(cause)
    enter(.leaving)
    channel.session?.terminate(.enhanceYourCalm)
  }

  private func give(up cause: HTTP2ServerCounters.Cause) {
    counters.refuse(cause)
    enter(.leaving)
    channel.cut()
  }

  // MARK: Times

  /// Begins to look at times.
  func watch() { look(in: limits.handshake) }

  /// Looks after a time at what is overdue, unless it does so before.
  func look(in time: Duration) { look(at: .now() + .nanoseconds(of: time)) }

  /// Looks at a time at what is overdue, unless it does so before.
  func look(at time: NIODeadline) {
    guard time < state.nextLook, state.phase != .ended else { return }
    state.look?.cancel()
    state.nextLook = time
    // Not weakly: each reference to the connection would cost more, and its end cancels this.
    state.look = schedule(at: time) { self.endOverdue() }
  }

  private func endOverdue() {
    state.nextLook = .distantFuture
    var check = DeadlineCheck(now: .now())
    checkPhase(&check)
    checkSocket(&check)
    for (id, stream) in channel.session?.streams ?? [:] { checkStream(id, stream, &check) }
    channel.flush()
    // Not for each stream alone where many are overdue one after the other.
    if check.next < .distantFuture { look(at: max(check.next, check.now + .milliseconds(10))) }
  }

  private func checkPhase(_ check: inout DeadlineCheck) {
    switch state.phase {
    case .securing: if check.isOverdue(state.since, limits.handshake) { give(up: .handshake) }
    case .greeting: if check.isOverdue(state.since, limits.preface) { give(up: .preface) }
    case .open:
      guard let idle = limits.idle, openStreams == 0 else { return }
      if check.isOverdue(max(state.lastActivity, state.since), idle) {
        counters.refuse(.idle)
        leave("IdleTimeout")
      }
    case .announced(let reason): if check.isOverdue(state.since, Self.roundTrip) { sayGoodbye(reason) }
    case .leaving, .ended: break
    }
  }

  private func checkSocket(_ check: inout DeadlineCheck) {
    guard let since = channel.blockedSince, check.isOverdue(since, limits.unread) else { return }
    counters.refuse(.slow)
    enter(.leaving)
    channel.abort()
  }

  private func checkStream(_ id: Int32, _ stream: HTTP2Stream, _ check: inout DeadlineCheck) {
    if stream.hasResponded {
      if check.isOverdue(stream.since, limits.request) { channel.session?.reset(id, .noError) }
    } else if stream.isAnswered {
      // Where the socket is full, that counts, and ends all of them.
      guard channel.blockedSince == nil, check.isOverdue(stream.since, limits.unread) else { return }
      counters.refuse(.slow)
      channel.session?.reset(id, .cancel)
    } else if stream.intake != .discarded, !stream.isComplete, check.isOverdue(stream.since, limits.request) {
      // Within a header block no other frame may come: the connection is of no use.
      if stream.intake == .head {
        terminate(.slow)
      } else {
        stream.intake = .discarded
        exceeded(stream, id, .tooSlow)
      }
    }
  }

  // MARK: What is in flight

  /// Counts what a stream holds now.
  func count(_ stream: HTTP2Stream) {
    let difference = stream.heldBytes - stream.countedBytes
    guard difference != 0 else { return }
    stream.countedBytes += difference
    state.bytes += difference
    counters.changeBytes(by: difference)
  }

  /// Counts a stream no longer.
  func release(_ stream: HTTP2Stream) {
    counters.changeRequests(by: -1)
    counters.changeBytes(by: -stream.countedBytes)
    state.bytes -= stream.countedBytes
    stream.countedBytes = 0
  }

  /// The time after which a connection that does not read asks whether it may.
  private static let pause = Duration.milliseconds(10)

  /// Stops reading where the server has enough in flight and this connection more than its share.
  func shareInFlight() {
    guard state.reading == .on, hasMoreThanItsShare else { return }
    state.reading = .paused
    channel.setReading(false)
    schedule(after: Self.pause) { self.resumeReading() }
  }

  private func resumeReading() {
    guard state.reading == .paused, state.phase != .ended else { return }
    if hasMoreThanItsShare {
      schedule(after: Self.pause) { self.resumeReading() }
    } else {
      state.reading = .on
      channel.setReading(true)
    }
  }

  /// A connection with no more than its share goes on, so that the others cannot stop it; together, shares are one more of
  /// each limit.
  private var hasMoreThanItsShare: Bool {
    let connections = max(counters.open, 1)
    let (requests, bytes) = (limits.requestsInFlight, limits.bytesInFlight)
    return counters.requestsInFlight >= requests && openStreams > requests / connections
      || counters.bytesInFlight >= bytes && state.bytes > bytes / connections
  }
}
