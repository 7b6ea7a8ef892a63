import Delivery
import EventLoop
import NotificationModel
import Pipeline
import PrometheusMetrics
import Testing

/// The metrics of a run while it goes on.
struct RunMeterTests {
  /// A sink that takes what it is given, and answers nothing until it is closed.
  private final class StuckSink: NotificationSink {
    var events = NotificationSinkEvents()
    private var tickets: [UInt64] = []

    var room: Int { 2 - tickets.count }
    func take(_ notifications: [PushNotification]) { tickets += notifications.map(\.ticket) }
    func close() {
      let why = DeliveryFailure("Stopped", "the test is over")
      events.reported(tickets.map { DeliveryReport($0, .retry(after: .zero, why: why)) })
      tickets = []
    }
  }

  @Test func aQueueInMemorySaysWhatItWaitsFor() throws {
    let reactor = try Reactor()
    let sink = StuckSink()
    let queue = MemoryQueue(sink, .init(), on: reactor)
    #expect(queue.load == QueueLoad())
    for ticket in 1...3 as ClosedRange<UInt64> {
      var notification = PushNotification(
        ticket: ticket, place: "", deviceToken: nil, payload: [], identifier: "m")
      notification.acceptedAt = 1000 - Int64(ticket)
      queue.take(notification)
    }
    reactor.turn(timeout: .milliseconds(20))
    var load = QueueLoad()
    (load.queued, load.atSink, load.oldest) = (1, 2, 997)
    #expect(queue.load == load)
    queue.withdraw("nothing")
    #expect(queue.load == load)
    // What comes back waits to be tried again.
    sink.close()
    let after = try #require(queue.load)
    #expect(after.retrying == 2 && after.atSink == 0 && after.oldest == 997)
    queue.abandon()
    #expect(queue.load == QueueLoad())
  }

  @Test func everySeriesOfARunBeginsAtZero() {
    let registry = MetricRegistry()
    _ = RunMetrics(registry, plugins: ["a \"b\"", "c"])
    let lines = registry.text(.prometheus).split(separator: "\n")
    #expect(lines.contains(#"notilua_plugin_faults_total{plugin="a \"b\"",kind="invalid_result"} 0"#))
    #expect(lines.contains(#"notilua_notifications_total{outcome="withdrawn"} 0"#))
    #expect(lines.filter { !$0.hasPrefix("#") }.allSatisfy { $0.hasSuffix(" 0") })
  }
}
