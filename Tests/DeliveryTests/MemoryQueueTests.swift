import Delivery
import DeliveryTesting
import Foundation
import NotificationModel
import Testing

/// The queue above a sink: each notification ends once, and what may be retried is.
struct MemoryQueueTests {
  private final class Log {
    var ends: [UInt64: [DeliveryEnd]] = [:]
    var attempts: [UInt64: Int] = [:]
  }

  private func queue(_ sink: MemorySink, retriesFor: Duration = .seconds(60)) -> (MemoryQueue, Log) {
    var options = MemoryQueue.Options()
    options.retriesFor = retriesFor
    let queue = MemoryQueue(sink, options)
    let log = Log()
    queue.events.ended = { notification, end, attempts in
      log.ends[notification.ticket, default: []].append(end)
      log.attempts[notification.ticket] = attempts
    }
    return (queue, log)
  }

  private func notification(_ ticket: UInt64) -> PushNotification {
    PushNotification(
      ticket: ticket, place: "test:\(ticket)", deviceToken: "ab", payload: Array("{}".utf8))
  }

  private static let later = DeliveryFailure("ServiceUnavailable", "later", status: 503)

  @Test func everyNotificationEndsOnce() {
    let sink = MemorySink(limit: 7)
    sink.answer = { notification in
      switch notification.ticket % 4 {
      case 0: .permanent(why: Self.later)
      case 1: .blocked(lane: "a", why: Self.later)
      default: .done
      }
    }
    let (queue, log) = queue(sink)
    for ticket in 0..<100 as Range<UInt64> { queue.take(notification(ticket), now: 0) }
    for time in 0..<40 { queue.turn(now: Int64(time)) }
    #expect(queue.pending == 0)
    #expect(log.ends.count == 100)
    #expect(log.ends.values.allSatisfy { $0.count == 1 })
    #expect(log.ends[0] == [.refused(Self.later)])
    #expect(log.ends[1] == [.undelivered(Self.later)])
    #expect(log.ends[2] == [.delivered])
  }

  @Test func whatMayBeRetriedIsWithBackOff() {
    let sink = MemorySink()
    var given: [Int64] = []
    var now: Int64 = 0
    sink.answer = { _ in
      given.append(now)
      return given.count < 5 ? .retry(after: .zero, why: Self.later) : .done
    }
    let (queue, log) = queue(sink)
    queue.take(notification(1), now: 0)
    while queue.pending > 0, now < 60_000_000_000 {
      queue.turn(now: now)
      now += 10_000_000
    }
    #expect(log.ends[1] == [.delivered])
    #expect(log.attempts[1] == 5)
    let gaps = zip(given, given.dropFirst()).map { Double($1 - $0) / 1e9 }
    for (gap, least) in zip(gaps, [0.5, 1, 2, 4]) { #expect(gap >= least && gap <= least * 1.25 + 0.02) }
  }

  @Test func aWishOfTheOtherSideIsHonoured() {
    let sink = MemorySink()
    sink.answer = { _ in .retry(after: .seconds(20), why: Self.later) }
    let (queue, log) = queue(sink)
    queue.take(notification(1), now: 0)
    let due = queue.turn(now: 0) ?? 0
    #expect(due >= 20_000_000_000 && due <= 25_000_000_000)
    #expect(log.ends.isEmpty)
  }

  @Test func whatTakesTooLongIsGivenUp() {
    let sink = MemorySink()
    sink.answer = { _ in .retry(after: .seconds(900), why: Self.later) }
    let (queue, log) = queue(sink)
    queue.take(notification(1), now: 0)
    queue.turn(now: 0)
    // It would be tried again behind the time that it has: nobody waits for that.
    #expect(log.ends[1] == [.undelivered(Self.later)])
    #expect(queue.pending == 0)
  }

  @Test func aStopGivesUpOnWhatWaits() {
    let sink = MemorySink()
    sink.answer = { $0.ticket == 1 ? .retry(after: .seconds(5), why: Self.later) : .done }
    let (queue, log) = queue(sink)
    queue.take(notification(1), now: 0)
    queue.take(notification(2), now: 0)
    queue.turn(now: 0)
    queue.stopRetrying()
    #expect(log.ends[1] == [.undelivered(Self.later)])
    #expect(log.ends[2] == [.delivered])
    #expect(queue.pending == 0)
  }

  @Test func nothingIsForgottenWhereEverythingIsAbandoned() {
    let sink = MemorySink(limit: 1)
    sink.answer = { _ in .retry(after: .seconds(5), why: Self.later) }
    let (queue, log) = queue(sink)
    for ticket in 1...5 as ClosedRange<UInt64> { queue.take(notification(ticket), now: 0) }
    queue.turn(now: 0)
    queue.abandon()
    #expect(Set(log.ends.keys) == [1, 2, 3, 4, 5])
    #expect(log.ends.values.allSatisfy { $0.count == 1 })
    #expect(queue.pending == 0)
  }

  @Test func readingStopsWhereTooMuchWaits() {
    let sink = MemorySink()
    sink.answer = { _ in .retry(after: .seconds(5), why: Self.later) }
    var options = MemoryQueue.Options()
    options.limit = 10
    let queue = MemoryQueue(sink, options)
    for ticket in 1...10 as ClosedRange<UInt64> { queue.take(notification(ticket), now: 0) }
    queue.turn(now: 0)
    #expect(queue.room == 0)
    #expect(queue.pending == 10)
  }
}
