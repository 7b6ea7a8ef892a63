import CommandLineTool
import Delivery
import EventLoop
import Foundation
import NotificationModel
import Outbox
import PrometheusMetrics
import Synchronization
import Testing

/// What is said of an outbox while its sink does nothing.
struct OutboxMetricsTests {
  /// A sink that takes what it is given, and answers nothing until it is closed.
  private final class StuckSink: NotificationSink {
    var events = NotificationSinkEvents()
    private var tickets: [UInt64] = []

    var room: Int { 100 - tickets.count }
    func take(_ notifications: [PushNotification]) { tickets += notifications.map(\.ticket) }
    func close() {
      let why = DeliveryFailure("Stopped", "the test is over")
      events.reported(tickets.map { DeliveryReport($0, .retry(after: .zero, why: why)) })
      tickets = []
    }
  }

  private final class Clock: Sendable {
    let ahead = Atomic<Int64>(0)

    func now() -> Int64 { MetricRegistry.wallClock() + ahead.load(ordering: .relaxed) }
  }

  private static func value(_ registry: MetricRegistry, _ sample: String) -> Double? {
    registry.text(.prometheus).split(separator: "\n").first { $0.hasPrefix(sample + " ") }
      .flatMap { Double($0.dropFirst(sample.count + 1)) }
  }

  @Test func theOldestGrowsOlderWhileTheSinkIsStuck() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let clock = Clock()
    let registry = MetricRegistry(clock: { clock.now() })
    let reactor = try Reactor()
    let path = folder.appending(path: "box").path
    let outbox = try Outbox(path, OutboxOptions(), sink: StuckSink(), audit: nil, on: reactor)
    let metrics = OutboxMetrics(registry, path)
    metrics.watch(outbox)
    #expect(Self.value(registry, "notilua_outbox_oldest_seconds") == 0)
    var accepted = 0
    outbox.events.accepted = { _ in accepted += 1 }
    for ticket in 1...3 as ClosedRange<UInt64> {
      outbox.take(
        PushNotification(
          ticket: ticket, place: "in:\(ticket)", deviceToken: "ab0\(ticket)", payload: Array("{}".utf8),
          identifier: "m\(ticket)"))
    }
    reactor.run { accepted == 3 }
    metrics.read()
    let age = try #require(Self.value(registry, "notilua_outbox_oldest_seconds"))
    #expect(Self.value(registry, #"notilua_outbox_waiting{state="queued"}"#) == 3)
    #expect(Self.value(registry, "notilua_outbox_commit_seconds_count").map { $0 >= 1 } == true)
    // Nothing is read anew, and nothing is set: the age rises by itself.
    clock.ahead.store(3_600_000, ordering: .relaxed)
    let later = try #require(Self.value(registry, "notilua_outbox_oldest_seconds"))
    #expect(later >= age + 3600 && later < age + 3660)
    // Also where the file cannot be read any longer.
    try FileManager.default.moveItem(atPath: path, toPath: path + "-gone")
    metrics.read()
    clock.ahead.store(7_200_000, ordering: .relaxed)
    #expect(Self.value(registry, "notilua_outbox_oldest_seconds").map { $0 >= age + 7200 } == true)
    outbox.close()
  }
}
