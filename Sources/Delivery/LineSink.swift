import EventLoop
import Glibc
import NotificationModel

/// A sink that writes each notification's line to a descriptor.
package final class LineSink: NotificationSink {
  private let file: Int32
  private var reports: [DeliveryReport] = []
  private var hasFailed = false

  /// - Parameter file: a descriptor, which stays the caller's.
  package init(file: Int32) { self.file = file }

  package var room: Int { 1000 - reports.count }
  package var descriptor: Int32 { -1 }

  package func take(_ notifications: [PushNotification]) {
    for notification in notifications {
      let code =
        hasFailed ? EIO : (notification.envelope + [0x0A]).withUnsafeBytes { writeWhole(file, $0).code }
      // Half a line may stand there: what came behind it could not be told from it.
      if code != 0 { hasFailed = true }
      reports.append(
        DeliveryReport(
          notification.ticket,
          code == 0
            ? .done
            : .blocked(
              lane: "output",
              why: DeliveryFailure(
                "NoOutput", "the output: \(systemMessage(code)); write elsewhere"))))
    }
  }

  package func takeReports() -> [DeliveryReport] {
    defer { reports.removeAll() }
    return reports
  }

  package func close() {}
}
