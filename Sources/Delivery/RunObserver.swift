import NotificationModel

/// An observer of what becomes of the pushes of a run, on its thread.
package protocol RunObserver: AnyObject {
  /// Observes that a push went through the chain.
  ///
  /// - Parameters:
  ///   - outcome: the members of the outcome, as JSON has them.
  ///   - isOver: true where nothing more becomes of it.
  func passed(_ push: Push, outcome: UnsafeRawBufferPointer, isOver: Bool)
  /// Observes that a notification is safe in the queue.
  func accepted(_ notification: PushNotification)
  /// Observes an attempt that failed and is made again.
  func attempted(_ notification: PushNotification, _ why: DeliveryFailure)
  /// Observes the end of a notification.
  func ended(_ notification: PushNotification, _ end: DeliveryEnd, attempts: Int)
  /// Observes that what goes by names was recalled, behind the ends that came of it.
  func recalled(_ names: [String])
  /// Observes that a push was made for a recalled notification that may have arrived.
  ///
  /// - Parameter word: what it does with that: `replaced` or `removed`.
  func tookBack(_ notification: PushNotification, _ word: String)
}
