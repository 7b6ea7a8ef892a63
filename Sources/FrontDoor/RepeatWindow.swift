/// The pushes of the last hour or so, so that a repeat is not sent again but gets the first one's answer.
///
/// Pushes are kept in batches by time: what is too old goes a batch at a time, each push once. A value; its holder locks.
package struct RepeatWindow<Waiter: Equatable & Sendable>: Sendable {
  /// The meaning of a push that arrives.
  package enum Arrival: Sendable, Equatable {
    /// It is new; from now on it is in flight.
    case first
    /// The first one is in flight: its answer goes to the waiter, too.
    case joined
    /// The first one has its answer.
    case answered(DoorAnswer)
  }

  private struct Batch: Sendable {
    /// The times of its oldest and of its youngest push.
    var start: Int64
    var end: Int64
    var count = 1
  }

  /// The most pushes that are remembered.
  package static var limit: Int { 1_000_000 }
  /// The number in ``IdentityRing`` of what is in flight; those of answers follow.
  private static var inFlight: UInt16 { 1 }
  /// The parts of the window that pushes share a batch in.
  private static var parts: Int64 { 1024 }

  private let span: Int64
  private let limit: Int
  private var ring = IdentityRing()
  private var answers = AnswerTable()
  private var batches: [Batch] = []
  /// The oldest of ``batches``: those before it are gone.
  private var firstBatch = 0
  private var waiters: [RepeatIdentity: [Waiter]] = [:]
  /// The time of the youngest push that the limit has pushed out.
  private var floor: Int64?
  private var now: Int64 = .min

  /// Makes a window of a length, in which there is nothing.
  ///
  /// - Parameter limit: the most pushes; the oldest go first.
  package init(_ length: Duration, limit: Int = limit) {
    let (seconds, attoseconds) = length.components
    span = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    self.limit = limit
  }

  /// The number of pushes that are remembered, some of them forgotten perhaps.
  package var count: Int { ring.count }

  /// The bytes that the identities take.
  package var byteCount: Int { ring.byteCount }

  /// Returns the length that the window has: the configured one, or less where the limit has pushed out younger ones.
  package func length(at now: Int64) -> Duration {
    .nanoseconds(max(0, min(span, floor.map { max(now, self.now) - $0 } ?? span)))
  }

  /// Notes a push, and says whether it is a repeat.
  ///
  /// - Parameters:
  ///   - waiter: gets the first one's answer where that is in flight.
  ///   - now: nanoseconds of a clock; one that goes back stands still.
  package mutating func arrive(_ identity: RepeatIdentity, _ waiter: Waiter, at now: Int64) -> Arrival {
    expire(at: now)
    guard let place = ring.place(of: identity) else {
      append(identity, Self.inFlight, at: self.now)
      return .first
    }
    let number = ring[place]
    guard number == Self.inFlight else { return .answered(answers[number - Self.inFlight - 1]) }
    waiters[identity, default: []].append(waiter)
    return .joined
  }

  /// Returns whether a push is remembered: in flight, or with its answer.
  package func contains(_ identity: RepeatIdentity) -> Bool { ring.place(of: identity) != nil }

  /// Gives a push in flight its answer; returns the waiters that get it, too.
  package mutating func answer(_ identity: RepeatIdentity, _ answer: DoorAnswer) -> [Waiter] {
    if let place = ring.place(of: identity), ring[place] == Self.inFlight {
      ring[place] = answers.number(of: answer) + Self.inFlight + 1
    }
    return waiters.removeValue(forKey: identity) ?? []
  }

  /// Forgets a push in flight, which was withdrawn or may be sent again: a repeat is a new one.
  ///
  /// - Returns: the waiters, which are to be answered as the first one is.
  package mutating func forget(_ identity: RepeatIdentity) -> [Waiter] {
    if let place = ring.place(of: identity), ring[place] == Self.inFlight { ring.remove(place) }
    return waiters.removeValue(forKey: identity) ?? []
  }

  /// Takes off the waiters of a push that is still in flight.
  package mutating func takeWaiters(_ identity: RepeatIdentity) -> [Waiter] {
    waiters.removeValue(forKey: identity) ?? []
  }

  /// Takes a waiter off that has gone away.
  package mutating func leave(_ identity: RepeatIdentity, _ waiter: Waiter) {
    guard var list = waiters.removeValue(forKey: identity) else { return }
    list.removeAll { $0 == waiter }
    if !list.isEmpty { waiters[identity] = list }
  }

  /// Remembers the pushes of a commit of an earlier process; the oldest come first, and before any push arrives.
  ///
  /// - Parameters:
  ///   - identities: their ``RepeatIdentity/bytes``, one behind the other; a part of one at the end is passed over.
  ///   - answer: the one that their repeats get.
  ///   - time: the time of the commit by the clock of ``arrive(_:_:at:)``, before its beginning perhaps.
  package mutating func restore(
    _ identities: [UInt8], _ answer: DoorAnswer, committedAt time: Int64, at now: Int64
  ) {
    guard now - time < span else { return }
    self.now = max(self.now, min(time, now))
    let size = RepeatIdentity.size
    for end in stride(from: size, through: identities.count, by: size) {
      let identity = RepeatIdentity(identities[end - size..<end])
      if ring.place(of: identity) != nil { continue }
      append(identity, answers.number(of: answer) + Self.inFlight + 1, at: self.now)
    }
  }

  // MARK: Time

  private mutating func append(_ identity: RepeatIdentity, _ number: UInt16, at time: Int64) {
    if ring.count >= limit {
      floor = batches[firstBatch].end
      popFirst()
    }
    ring.append(identity, number)
    if let last = batches.indices.last, last >= firstBatch, time - batches[last].start < span / Self.parts {
      batches[last].count += 1
      batches[last].end = time
    } else {
      batches.append(Batch(start: time, end: time))
    }
  }

  /// Forgets the pushes that are older than the window.
  package mutating func expire(at now: Int64) {
    self.now = max(now, self.now)
    while firstBatch < batches.count, self.now - batches[firstBatch].end >= span {
      for _ in 0..<batches[firstBatch].count { popFirst() }
    }
  }

  private mutating func popFirst() {
    let number = ring.popFirst()
    if number > Self.inFlight { answers.release(number - Self.inFlight - 1) }
    batches[firstBatch].count -= 1
    guard batches[firstBatch].count == 0 else { return }
    firstBatch += 1
    // What is gone is cleared away once it is the half, so that each batch is moved once or twice.
    if firstBatch > 64, firstBatch * 2 > batches.count {
      batches.removeFirst(firstBatch)
      firstBatch = 0
    }
  }
}
