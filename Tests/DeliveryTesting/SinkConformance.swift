import Delivery
import EventLoop
import Glibc
import NotificationModel

/// What every sink keeps to, whatever it delivers to.
package enum SinkConformance {
  /// Gives a sink notifications in several ways; says what it broke, which is nothing for one that conforms.
  ///
  /// - Parameters:
  ///   - notifications: with tickets that differ.
  ///   - seconds: within which each must be told of.
  ///   - make: makes a sink, once for each way.
  package static func breaches(
    _ notifications: [PushNotification], within seconds: Int,
    _ make: (Reactor) throws -> some NotificationSink
  ) throws -> [String] {
    var breaches: [String] = []
    for (way, size) in [("one by one", 1), ("by sevens", 7), ("all that it has room for", Int.max)] {
      let sink = try UsedSink(make)
      breaches += given(sink, notifications, size, seconds).map { "\(way): \($0)" }
      sink.close()
    }
    breaches += closedEarly(try UsedSink(make), notifications).map { "closed early: \($0)" }
    return breaches
  }

  private static func given(
    _ sink: UsedSink<some NotificationSink>, _ notifications: [PushNotification], _ size: Int, _ seconds: Int
  ) -> [String] {
    var breaches: [String] = []
    var told: Set<UInt64> = []
    let tickets = Set(notifications.map(\.ticket))
    if sink.room < 1 { return ["it has no room for a first notification"] }
    sink.take([])
    if !sink.takeReports().isEmpty { breaches.append("it tells of notifications that it was not given") }
    var rest = notifications[...]
    let end = time(nil) + seconds
    while told.count < tickets.count, time(nil) < end {
      let room = sink.room
      if room < 0 { breaches.append("its room is \(room)") }
      let part = rest.prefix(max(min(room, size), 0))
      if !part.isEmpty {
        let before = sink.reportCount
        sink.take(Array(part))
        if sink.reportCount > before { breaches.append("it tells of what it takes before it returns") }
        rest = rest.dropFirst(part.count)
        if sink.room > room - part.count { breaches.append("its room does not shrink with what it takes") }
      }
      sink.turn(timeout: .milliseconds(2))
      note(sink.takeReports(), tickets, &told, &breaches)
    }
    if told.count < tickets.count { breaches.append("\(tickets.count - told.count) were never told of") }
    return breaches
  }

  private static func closedEarly(
    _ sink: UsedSink<some NotificationSink>, _ notifications: [PushNotification]
  ) -> [String] {
    var breaches: [String] = []
    var told: Set<UInt64> = []
    let given = notifications.prefix(sink.room)
    sink.take(Array(given))
    sink.close()
    sink.close()
    let tickets = Set(given.map(\.ticket))
    if sink.reportCount < tickets.count { breaches.append("it tells of what is left after it was closed") }
    note(sink.takeReports(), tickets, &told, &breaches)
    note(sink.takeReports(), tickets, &told, &breaches)
    if told.count < tickets.count {
      breaches.append("\(tickets.count - told.count) of \(tickets.count) were not told of at the end")
    }
    return breaches
  }

  private static func note(
    _ reports: [DeliveryReport], _ tickets: Set<UInt64>, _ told: inout Set<UInt64>, _ breaches: inout [String]
  ) {
    for report in reports {
      if !tickets.contains(report.ticket) { breaches.append("it tells of a ticket that it was not given") }
      if !told.insert(report.ticket).inserted { breaches.append("it tells of a notification twice") }
    }
  }
}
