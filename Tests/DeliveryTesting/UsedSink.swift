import Delivery
import EventLoop
import NotificationModel

/// A sink, its loop, and what it has told.
package final class UsedSink<Sink: NotificationSink> {
  package let sink: Sink
  package let reactor: Reactor
  /// What was reported since the last ``takeReports()``.
  private var reports: [DeliveryReport] = []
  package private(set) var notices: [String] = []
  package private(set) var responses: [String] = []

  /// - Parameter make: makes the sink for a loop.
  package init(_ make: (Reactor) throws -> Sink) throws {
    reactor = try Reactor()
    sink = try make(reactor)
    sink.events.reported = { [unowned self] in reports += $0 }
    sink.events.notice = { [unowned self] in notices.append($0) }
    sink.events.responded = { [unowned self] in responses.append($0) }
  }

  package var room: Int { sink.room }
  /// The number of reports that were not taken.
  package var reportCount: Int { reports.count }

  package func take(_ notifications: [PushNotification]) { sink.take(notifications) }

  /// Turns the loop once.
  ///
  /// - Parameter timeout: the time to wait at most.
  package func turn(timeout: Duration = .milliseconds(20)) { reactor.turn(timeout: timeout) }

  /// Takes what was reported, with what has come meanwhile.
  package func takeReports() -> [DeliveryReport] {
    reactor.turn(timeout: .zero)
    defer { reports.removeAll() }
    return reports
  }

  package func close() { sink.close() }
}
