import Delivery

/// A message of SwiftNIO's event loop to the thread that gives notifications.
enum APNsLetter: Sendable {
  case report(DeliveryReport)
  /// A sentence for people.
  case notice(String)
}
