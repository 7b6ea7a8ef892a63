import Delivery
import EventLoop
import Testing

/// Reports on their way to a sink's user.
struct PendingReportsTests {
  private final class Log {
    var passed: [[UInt64]] = []
  }

  private static func reports(_ reactor: Reactor) -> (PendingReports, Log) {
    let reports = PendingReports(on: reactor)
    let log = Log()
    reports.reported = { log.passed.append($0.map(\.ticket)) }
    return (reports, log)
  }

  @Test func whatComesInOneTurnIsPassedOnTogetherByTheLoop() throws {
    let reactor = try Reactor()
    let (reports, log) = Self.reports(reactor)
    for ticket in [1, 2, 3] as [UInt64] { reports.add(DeliveryReport(ticket, .done)) }
    #expect(log.passed.isEmpty && reports.count == 3)
    reactor.turn(timeout: .zero)
    #expect(log.passed == [[1, 2, 3]] && reports.count == 0)
    reactor.turn(timeout: .zero)
    #expect(log.passed.count == 1)
  }

  /// A user that gives more as it hears of what ended gets to hear of that as well, and the loop waits for nothing then.
  @Test func whatIsAddedMeanwhileComesInAnotherTurn() throws {
    let reactor = try Reactor()
    let (reports, log) = Self.reports(reactor)
    reports.reported = { [unowned reports] in
      log.passed.append($0.map(\.ticket))
      if log.passed.count == 1 { reports.add(DeliveryReport(2, .done)) }
    }
    reports.add(DeliveryReport(1, .done))
    reactor.turn(timeout: .zero)
    #expect(log.passed == [[1]] && reactor.idleTime == 0)
    reactor.turn(timeout: .zero)
    #expect(log.passed == [[1], [2]])
  }

  @Test func whatWasPassedOnEarlyIsNotPassedOnAgain() throws {
    let reactor = try Reactor()
    let (reports, log) = Self.reports(reactor)
    reports.add(DeliveryReport(1, .done))
    reports.passOn()
    reactor.turn(timeout: .zero)
    #expect(log.passed == [[1]])
  }

  @Test func nobodyIsToldOnceItsOwnerIsGone() throws {
    let reactor = try Reactor()
    let log = Log()
    do {
      let (reports, _) = Self.reports(reactor)
      reports.reported = { log.passed.append($0.map(\.ticket)) }
      reports.add(DeliveryReport(1, .done))
    }
    reactor.turn(timeout: .zero)
    #expect(log.passed.isEmpty)
  }
}
