import Delivery
import NotificationModel
import Testing

/// Every state of an entry of the queue in memory against every event.
struct MemoryEntryTests {
  private static let busy = DeliveryFailure("Busy", "busy", status: 503)
  private static let noAnswer = {
    var why = DeliveryFailure("NoAnswer", "no answer")
    why.isUnknown = true
    return why
  }()
  private static let retries = MemoryEntry.Retries(time: .seconds(60), backOff: .milliseconds(500))

  private static func entry(mayHaveArrived: Bool = false) -> MemoryEntry {
    var notification = PushNotification(ticket: 1, place: "test:1", deviceToken: "ab", payload: [])
    notification.mayHaveArrived = mayHaveArrived
    return MemoryEntry(notification, takenAt: 0)
  }

  private static func given() -> MemoryEntry {
    var entry = entry()
    entry.give()
    return entry
  }

  private static func delayed(_ why: DeliveryFailure = busy) -> MemoryEntry {
    var entry = given()
    entry.answer(.retry(after: .zero, why: why), retries, now: 0)
    return entry
  }

  private static func ended() -> MemoryEntry {
    var entry = given()
    entry.answer(.done, retries, now: 0)
    return entry
  }

  private func state(_ entry: MemoryEntry, _ event: (inout MemoryEntry) -> Void) -> MemoryEntry.State {
    var entry = entry
    event(&entry)
    return entry.state
  }

  @Test func givingMovesWhatTheSinkDoesNotHave() {
    #expect(state(Self.entry()) { $0.give() } == .atSink(isWithdrawn: false))
    #expect(state(Self.delayed()) { $0.give() } == .atSink(isWithdrawn: false))
    #expect(state(Self.given()) { $0.give() } == Self.given().state)
    #expect(state(Self.ended()) { $0.give() } == .ended(.delivered))
    var twice = Self.given()
    twice.give()
    #expect(twice.attempts == 1 && Self.delayed().attempts == 1)
  }

  @Test func aWithdrawalEndsWhatTheSinkDoesNotHave() {
    #expect(state(Self.entry()) { $0.withdraw() } == .ended(.withdrawn(mayHaveArrived: false)))
    #expect(state(Self.delayed()) { $0.withdraw() } == .ended(.withdrawn(mayHaveArrived: false)))
    #expect(state(Self.delayed(Self.noAnswer)) { $0.withdraw() } == .ended(.withdrawn(mayHaveArrived: true)))
    #expect(
      state(Self.entry(mayHaveArrived: true)) { $0.withdraw() } == .ended(.withdrawn(mayHaveArrived: true)))
    #expect(state(Self.given()) { $0.withdraw() } == .atSink(isWithdrawn: true))
    #expect(state(Self.ended()) { $0.withdraw() } == .ended(.delivered))
  }

  @Test func anAnswerMovesWhatTheSinkHas() {
    func answered(_ entry: MemoryEntry, _ result: DeliveryResult) -> MemoryEntry.State {
      state(entry) { $0.answer(result, Self.retries, now: 0) }
    }
    #expect(answered(Self.given(), .done) == .ended(.delivered))
    #expect(answered(Self.given(), .permanent(why: Self.busy)) == .ended(.refused(Self.busy)))
    #expect(answered(Self.given(), .blocked(lane: "key", why: Self.busy)) == .ended(.undelivered(Self.busy)))
    if case .delayed(let due) = Self.delayed().state {
      #expect((500_000_000...625_000_000).contains(due))
    } else {
      Issue.record("it does not wait")
    }
    for result in [DeliveryResult.done, .permanent(why: Self.busy), .retry(after: .zero, why: Self.busy)] {
      #expect(answered(Self.entry(), result) == .fresh)
      #expect(answered(Self.delayed(), result) != .ended(.delivered))
      #expect(answered(Self.ended(), result) == .ended(.delivered))
    }
  }

  @Test func whatWasWithdrawnAtTheSinkIsNotTriedAgain() {
    var entry = Self.given()
    entry.withdraw()
    for result in [DeliveryResult.retry(after: .zero, why: Self.busy), .blocked(lane: "key", why: Self.busy)]
    {
      #expect(
        state(entry) { $0.answer(result, Self.retries, now: 0) }
          == .ended(.withdrawn(mayHaveArrived: false)))
    }
    #expect(state(entry) { $0.answer(.done, Self.retries, now: 0) } == .ended(.delivered))
    #expect(
      state(entry) { $0.answer(.permanent(why: Self.busy), Self.retries, now: 0) }
        == .ended(.refused(Self.busy))
    )
  }

  /// What one attempt may have brought there, no later one takes back.
  @Test func whatMayHaveArrivedOnceMayHaveForGood() {
    var unknown = Self.busy
    unknown.isUnknown = true
    var entry = Self.delayed(Self.noAnswer)
    entry.give()
    #expect(
      state(entry) { $0.answer(.permanent(why: Self.busy), Self.retries, now: 0) }
        == .ended(.refused(unknown)))
    #expect(
      state(entry) { $0.answer(.blocked(lane: "a", why: Self.busy), Self.retries, now: 0) }
        == .ended(.undelivered(unknown)))
    #expect(
      state(entry) { $0.answer(.retry(after: .zero, why: Self.busy), nil, now: 0) }
        == .ended(.undelivered(unknown)))
    entry.withdraw()
    #expect(
      state(entry) { $0.answer(.retry(after: .zero, why: Self.busy), Self.retries, now: 0) }
        == .ended(.withdrawn(mayHaveArrived: true)))
  }

  @Test func aStopEndsWhatWaits() {
    #expect(state(Self.delayed()) { $0.stopRetrying() } == .ended(.undelivered(Self.busy)))
    #expect(state(Self.entry()) { $0.stopRetrying() } == .fresh)
    #expect(state(Self.given()) { $0.stopRetrying() } == .atSink(isWithdrawn: false))
    #expect(state(Self.ended()) { $0.stopRetrying() } == .ended(.delivered))
  }

  @Test func whatIsAbandonedHasAnEnd() {
    func isUnknown(_ entry: MemoryEntry) -> Bool? {
      guard case .ended(.undelivered(let why)) = state(entry, { $0.abandon() }) else { return nil }
      return why.isUnknown
    }
    #expect(isUnknown(Self.entry()) == false && isUnknown(Self.given()) == true)
    #expect(isUnknown(Self.delayed()) == false && isUnknown(Self.delayed(Self.noAnswer)) == true)
    #expect(state(Self.ended()) { $0.abandon() } == .ended(.delivered))
  }

  /// A wish of any length is no time of the clock.
  @Test func aWishThatIsTooLongEndsIt() {
    var entry = Self.given()
    entry.answer(.retry(after: .seconds(Int64.max), why: Self.busy), Self.retries, now: 1 << 50)
    #expect(entry.state == .ended(.undelivered(Self.busy)))
  }
}
