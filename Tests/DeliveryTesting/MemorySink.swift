import Delivery
import EventLoop
import NotificationModel

/// A sink that keeps what it is given.
package final class MemorySink: NotificationSink {
  /// What was taken and is done, in order.
  package private(set) var delivered: [PushNotification] = []
  /// What becomes of a notification; by default it is done.
  package var answer: (PushNotification) -> DeliveryResult = { _ in .done }
  /// A Boolean value that indicates whether it shows what people see, as a desktop does.
  package var showsContent = false
  package var events = NotificationSinkEvents() {
    didSet { reports.reported = events.reported }
  }

  private let reports: PendingReports
  private let limit: Int

  /// - Parameter limit: the most notifications that are not reported yet.
  package init(limit: Int = 1000, on reactor: Reactor) {
    self.limit = limit
    reports = PendingReports(on: reactor)
  }

  package var room: Int { limit - reports.count }

  package func take(_ notifications: [PushNotification]) {
    for notification in notifications {
      let result = answer(notification)
      if result == .done { delivered.append(notification) }
      reports.add(DeliveryReport(notification.ticket, result))
    }
  }

  package func close() { reports.passOn() }
}
