import Delivery
import DeliveryTesting
import EventLoop
import Foundation
import NotificationModel
import Testing

/// The queue above a sink: each notification ends once, and what may be retried is.
struct MemoryQueueTests {
  private final class Log {
    var ends: [UInt64: [DeliveryEnd]] = [:]
    var attempts: [UInt64: Int] = [:]
  }

  /// A loop with a clock of its own.
  private final class Loop {
    var now: Int64 = 0
    private(set) var reactor: Reactor

    init() throws {
      reactor = try Reactor()
      reactor = try Reactor { [unowned self] in now }
    }

    /// Turns without waiting, as often as something is to be done at this time.
    func turn() {
      repeat { reactor.turn(timeout: .zero) } while reactor.idleTime == 0
    }
  }

  private func queue(_ sink: MemorySink, _ loop: Loop, retriesFor: Duration = .seconds(60)) -> (
    MemoryQueue, Log
  ) {
    var options = MemoryQueue.Options()
    options.retriesFor = retriesFor
    let queue = MemoryQueue(sink, options, on: loop.reactor)
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

  @Test func everyNotificationEndsOnce() throws {
    let loop = try Loop()
    let sink = MemorySink(limit: 7, on: loop.reactor)
    sink.answer = { notification in
      switch notification.ticket % 4 {
      case 0: .permanent(why: Self.later)
      case 1: .blocked(lane: "a", why: Self.later)
      default: .done
      }
    }
    let (queue, log) = queue(sink, loop)
    for ticket in 0..<100 as Range<UInt64> { queue.take(notification(ticket)) }
    loop.turn()
    #expect(queue.pending == 0)
    #expect(log.ends.count == 100)
    #expect(log.ends.values.allSatisfy { $0.count == 1 })
    #expect(log.ends[0] == [.refused(Self.later)])
    #expect(log.ends[1] == [.undelivered(Self.later)])
    #expect(log.ends[2] == [.delivered])
  }

  @Test func whatMayBeRetriedIsWithBackOff() throws {
    let loop = try Loop()
    let sink = MemorySink(on: loop.reactor)
    var given: [Int64] = []
    sink.answer = { _ in
      given.append(loop.now)
      return given.count < 5 ? .retry(after: .zero, why: Self.later) : .done
    }
    let (queue, log) = queue(sink, loop)
    queue.take(notification(1))
    while queue.pending > 0, loop.now < 60_000_000_000 {
      loop.turn()
      loop.now += 10_000_000
    }
    #expect(log.ends[1] == [.delivered])
    #expect(log.attempts[1] == 5)
    let gaps = zip(given, given.dropFirst()).map { Double($1 - $0) / 1e9 }
    for (gap, least) in zip(gaps, [0.5, 1, 2, 4]) { #expect(gap >= least && gap <= least * 1.25 + 0.02) }
  }

  @Test func aWishOfTheOtherSideIsHonoured() throws {
    let loop = try Loop()
    let sink = MemorySink(on: loop.reactor)
    sink.answer = { _ in .retry(after: .seconds(20), why: Self.later) }
    let (queue, log) = queue(sink, loop)
    queue.take(notification(1))
    loop.turn()
    let due = loop.reactor.idleTime ?? 0
    #expect(due >= 20_000_000_000 && due <= 25_000_000_000)
    #expect(log.ends.isEmpty)
  }

  @Test func whatTakesTooLongIsGivenUp() throws {
    let loop = try Loop()
    let sink = MemorySink(on: loop.reactor)
    sink.answer = { _ in .retry(after: .seconds(900), why: Self.later) }
    let (queue, log) = queue(sink, loop)
    queue.take(notification(1))
    loop.turn()
    // It would be tried again behind the time that it has: nobody waits for that.
    #expect(log.ends[1] == [.undelivered(Self.later)])
    #expect(queue.pending == 0)
  }

  @Test func aStopGivesUpOnWhatWaits() throws {
    let loop = try Loop()
    let sink = MemorySink(on: loop.reactor)
    sink.answer = { $0.ticket == 1 ? .retry(after: .seconds(5), why: Self.later) : .done }
    let (queue, log) = queue(sink, loop)
    queue.take(notification(1))
    queue.take(notification(2))
    loop.turn()
    queue.stopRetrying()
    #expect(log.ends[1] == [.undelivered(Self.later)])
    #expect(log.ends[2] == [.delivered])
    #expect(queue.pending == 0)
  }

  @Test func nothingIsForgottenWhereEverythingIsAbandoned() throws {
    let loop = try Loop()
    let sink = MemorySink(limit: 1, on: loop.reactor)
    sink.answer = { _ in .retry(after: .seconds(5), why: Self.later) }
    let (queue, log) = queue(sink, loop)
    for ticket in 1...5 as ClosedRange<UInt64> { queue.take(notification(ticket)) }
    loop.turn()
    queue.abandon()
    #expect(Set(log.ends.keys) == [1, 2, 3, 4, 5])
    #expect(log.ends.values.allSatisfy { $0.count == 1 })
    #expect(queue.pending == 0)
  }

  @Test func readingStopsWhereTooMuchWaits() throws {
    let loop = try Loop()
    let sink = MemorySink(on: loop.reactor)
    sink.answer = { _ in .retry(after: .seconds(5), why: Self.later) }
    var options = MemoryQueue.Options()
    options.limit = 10
    let queue = MemoryQueue(sink, options, on: loop.reactor)
    for ticket in 1...10 as ClosedRange<UInt64> { queue.take(notification(ticket)) }
    loop.turn()
    #expect(queue.room == 0)
    #expect(queue.pending == 10)
  }
}
