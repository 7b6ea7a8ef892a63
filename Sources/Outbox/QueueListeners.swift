import Delivery

/// The calls that tell the queue's user what happens; the parts of an outbox share them.
final class QueueListeners {
  var events = DeliveryQueueEvents()

  func notice(_ text: String) { events.notice(text) }
}
