import EventLoop
import Glibc
import NotificationModel

/// A sink that writes lines: each notification as it stands.
///
/// Results of the chain are taken as they are, a batch at a time (``write(_:)``); those of a queue one by one.
package final class LinesSink: NotificationSink {
  /// Writes bytes: how many were written, and an errno, or 0.
  package typealias Writer = (UnsafeRawBufferPointer) -> (count: Int, code: Int32)

  private let writer: Writer
  private let reports: PendingReports
  private var hasFailed = false

  package var events = NotificationSinkEvents() {
    didSet { reports.reported = events.reported }
  }

  package init(on reactor: Reactor, _ writer: @escaping Writer) {
    self.writer = writer
    reports = PendingReports(on: reactor)
  }

  /// - Parameter file: a descriptor, which stays the caller's.
  package convenience init(file: Int32, on reactor: Reactor) {
    self.init(on: reactor) { writeWhole(file, $0) }
  }

  /// Writes lines as they stand.
  ///
  /// - Returns: how many of the bytes were written.
  package func write(_ lines: UnsafeRawBufferPointer) -> Int { writer(lines).count }

  package var room: Int { 1000 - reports.count }

  package func take(_ notifications: [PushNotification]) {
    for notification in notifications {
      let code = hasFailed ? EIO : (notification.envelope + [0x0A]).withUnsafeBytes { writer($0).code }
      // Half a line may stand there: what came behind it could not be told from it.
      if code != 0 { hasFailed = true }
      reports.add(DeliveryReport(notification.ticket, code == 0 ? .done : Self.blocked(code)))
    }
  }

  private static func blocked(_ code: Int32) -> DeliveryResult {
    let cause = systemMessage(code)
    return .blocked(
      lane: "output", why: DeliveryFailure("NoOutput", "the output: \(cause); write elsewhere"))
  }

  package func close() { reports.passOn() }
}
