import Delivery
import DeliveryTesting
import EventLoop
import Foundation
import NotificationModel
import Testing

/// The sources and sinks of this target do what the suites ask of every one.
struct ConformanceTests {
  private static let notifications = (1...50 as ClosedRange<UInt64>).map {
    PushNotification(ticket: $0, place: "test:\($0)", deviceToken: "ab", payload: Array("{}".utf8))
  }

  private static let text = SourceConformance.lines.map { $0 + [0x0A] }.flatMap { $0 }

  @Test(arguments: [1, 20, 1000]) func memorySink(_ limit: Int) throws {
    #expect(
      try SinkConformance.breaches(Self.notifications, within: 5) { MemorySink(limit: limit, on: $0) } == [])
  }

  @Test func memorySource() {
    #expect(
      SourceConformance.breaches { MemorySource(SourceConformance.lines, limit: SourceConformance.limit) }
        == [])
  }

  @Test func fileSource() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)")
    try Data(Self.text).write(to: path)
    defer { try? FileManager.default.removeItem(at: path) }
    let file = try FileHandle(forReadingFrom: path)
    let breaches = SourceConformance.breaches {
      lseek(file.fileDescriptor, 0, SEEK_SET)
      return LineSource(file: file.fileDescriptor, limit: SourceConformance.limit)
    }
    #expect(breaches == [])
  }

  @Test func pipeSource() throws {
    var pipes: [Pipe] = []
    let breaches = try SourceConformance.breaches {
      let pipe = Pipe()
      try pipe.fileHandleForWriting.write(contentsOf: Data(Self.text))
      try pipe.fileHandleForWriting.close()
      pipes.append(pipe)
      return LineSource(file: pipe.fileHandleForReading.fileDescriptor, limit: SourceConformance.limit)
    }
    #expect(breaches == [])
  }

  @Test func theSuiteFindsWhatIsBroken() throws {
    final class Liar: NotificationSink {
      var events = NotificationSinkEvents()
      var room: Int { 100 }
      func take(_ notifications: [PushNotification]) {
        for notification in notifications where !notification.ticket.isMultiple(of: 5) {
          let report = DeliveryReport(notification.ticket, .done)
          events.reported([report, report])
        }
      }
      func close() {}
    }
    let breaches = try SinkConformance.breaches(Self.notifications, within: 3) { _ in Liar() }
    #expect(breaches.contains("one by one: it tells of what it takes before it returns"))
    #expect(breaches.contains("one by one: it tells of a notification twice"))
    #expect(breaches.contains("one by one: 10 were never told of"))
    #expect(breaches.contains("one by one: its room does not shrink with what it takes"))
  }
}
