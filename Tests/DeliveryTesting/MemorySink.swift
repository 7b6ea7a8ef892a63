import Delivery
import NotificationModel

/// A sink that keeps what it is given.
package final class MemorySink: NotificationSink {
  /// What was taken and is done, in order.
  package private(set) var delivered: [PushNotification] = []
  /// What becomes of a notification; by default it is done.
  package var answer: (PushNotification) -> DeliveryResult = { _ in .done }

  private var reports: [DeliveryReport] = []
  private let limit: Int

  /// - Parameter limit: the most notifications whose reports have not been taken.
  package init(limit: Int = 1000) { self.limit = limit }

  package var room: Int { limit - reports.count }
  package var descriptor: Int32 { -1 }

  package func take(_ notifications: [PushNotification]) {
    for notification in notifications {
      let result = answer(notification)
      if result == .done { delivered.append(notification) }
      reports.append(DeliveryReport(notification.ticket, result))
    }
  }

  package func takeReports() -> [DeliveryReport] {
    defer { reports.removeAll() }
    return reports
  }

  package func close() {}
}
