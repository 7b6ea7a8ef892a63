import Delivery
import DeliveryTesting
import EventLoop
import Foundation
import LosslessJSON
import NotificationModel
import Testing

/// The sink that writes lines.
struct LinesSinkTests {
  private static let notifications = (1...50 as ClosedRange<UInt64>).map {
    PushNotification(ticket: $0, place: "test:\($0)", deviceToken: "ab", payload: Array("{}".utf8))
  }

  @Test func conforms() throws {
    let null = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/null"))
    #expect(
      try SinkConformance.breaches(Self.notifications, within: 5) {
        LinesSink(file: null.fileDescriptor, on: $0)
      } == [])
  }

  @Test func whatCannotBeWrittenIsBlocked() throws {
    // Nothing can be written to what is closed; everything is told of all the same.
    #expect(
      try SinkConformance.breaches(Self.notifications, within: 5) { LinesSink(file: -1, on: $0) } == [])
    let sink = try UsedSink { LinesSink(file: -1, on: $0) }
    sink.take([Self.notifications[0]])
    guard case .blocked("output", let why)? = sink.takeReports().first?.result else {
      Issue.record("it says that it wrote")
      return
    }
    #expect(why.description.contains("Bad file descriptor"))
  }

  @Test func writesTheLines() throws {
    var document = JSONDocument()
    let pipe = Pipe()
    let sink = LinesSink(file: pipe.fileHandleForWriting.fileDescriptor, on: try Reactor())
    sink.take(Array(Self.notifications.prefix(3)))
    try pipe.fileHandleForWriting.close()
    let lines = try #require(try pipe.fileHandleForReading.readToEnd()).split(separator: 0x0A)
    let read = lines.compactMap { line in
      Array(line).withUnsafeBytes { PushNotification($0, ticket: 1, place: "", &document) }
    }
    #expect(lines.count == 3 && read.map(\.apnsID) == Self.notifications.prefix(3).map(\.apnsID))
    #expect(read.allSatisfy { $0.payload == Array("{}".utf8) && $0.deviceToken == "ab" })
  }

  /// Half a line may stand there: another one would be joined to it.
  @Test func nothingIsWrittenBehindAFailure() throws {
    var written: [Int] = []
    let sink = try UsedSink { reactor in
      LinesSink(on: reactor) { bytes in
        written.append(bytes.count)
        return written.count == 2 ? (bytes.count / 2, ENOSPC) : (bytes.count, 0)
      }
    }
    sink.take(Array(Self.notifications.prefix(4)))
    let results = sink.takeReports().map(\.result)
    #expect(written.count == 2)
    #expect(results.count == 4 && results[0] == .done)
    for result in results.dropFirst() {
      guard case .blocked("output", _) = result else {
        Issue.record("\(result)")
        continue
      }
    }
  }
}
