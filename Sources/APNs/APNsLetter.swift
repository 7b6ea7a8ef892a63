import Delivery

/// What the event loop of SwiftNIO tells the thread that gives notifications.
enum APNsLetter: Sendable {
  case report(DeliveryReport)
  /// A sentence for people.
  case notice(String)
}
