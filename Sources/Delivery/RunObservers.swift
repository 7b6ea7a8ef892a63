import NotificationModel

/// Several observers of one run, which observe one after the other.
package final class RunObservers: RunObserver {
  private let observers: [any RunObserver]

  /// Makes one of several.
  package init(_ observers: [any RunObserver]) { self.observers = observers }

  package func passed(_ push: Push, outcome: UnsafeRawBufferPointer, isOver: Bool) {
    for observer in observers { observer.passed(push, outcome: outcome, isOver: isOver) }
  }

  package func accepted(_ notification: PushNotification) {
    for observer in observers { observer.accepted(notification) }
  }

  package func attempted(_ notification: PushNotification, _ why: DeliveryFailure) {
    for observer in observers { observer.attempted(notification, why) }
  }

  package func ended(_ notification: PushNotification, _ end: DeliveryEnd, attempts: Int) {
    for observer in observers { observer.ended(notification, end, attempts: attempts) }
  }

  package func recalled(_ names: [String]) {
    for observer in observers { observer.recalled(names) }
  }

  package func tookBack(_ notification: PushNotification, _ word: String) {
    for observer in observers { observer.tookBack(notification, word) }
  }
}
