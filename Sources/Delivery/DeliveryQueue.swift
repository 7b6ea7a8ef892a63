import NotificationModel

/// A queue between the chain and a sink, which brings each notification to an end, in memory or through a file.
///
/// A queue works on the loop that it was made for, as its sink does.
package protocol DeliveryQueue: AnyObject {
  /// The functions that the queue calls as things happen.
  var events: DeliveryQueueEvents { get set }
  /// The number of notifications that it takes at the moment.
  var room: Int { get }
  /// A Boolean value that indicates whether what people see is read with a notification's line.
  var showsContent: Bool { get }
  /// The number of notifications that are worth waiting for.
  var pending: Int { get }
  /// The number of notifications that are left for another run, by the file's own count; nil where that cannot be read.
  var waiting: Int? { get }
  /// The notifications that it has in memory alone; nil where a file has them, which says more.
  var load: QueueLoad? { get }

  /// Takes a notification, which the loop moves on.
  func take(_ notification: PushNotification)
  /// Withdraws what goes by names: what is not on its way yet does not leave.
  ///
  /// - Parameter ticket: the ticket that ``DeliveryQueueEvents/withdrew`` reports once that holds whatever happens to
  ///   this process; nil where nobody waits for it.
  func withdraw(_ names: [String], for ticket: UInt64?)
  /// Takes back one notification, which leaves no trace and may be taken again.
  ///
  /// - Returns: false where it is safe already, on its way, or not here.
  func cancel(_ ticket: UInt64) -> Bool
  /// Says that nothing more will be given.
  func inputEnded()
  /// Gives up on what waits to be tried again; what the sink has goes on.
  func stopRetrying()
  /// Ends everything now: what has no answer is not waited for.
  func abandon()
  /// Ends what is open.
  func close()
}

extension DeliveryQueue {
  /// Withdraws what goes by a name.
  package func withdraw(_ name: String) { withdraw([name], for: nil) }

  /// False: what a file keeps is read when it is shown.
  package var showsContent: Bool { false }
  /// Nil: what is in a file is counted there.
  package var load: QueueLoad? { nil }
}

/// The calls by which a queue tells what happens to notifications.
package struct DeliveryQueueEvents {
  /// A notification is safe and outlives this process, which only some carriers can say.
  package var accepted: (PushNotification) -> Void = { _ in }
  /// The names that were withdrawn for a ticket are safe.
  package var withdrew: (UInt64) -> Void = { _ in }
  /// The names whose recall is safe, behind the ends that came of it.
  package var recalled: ([String]) -> Void = { _ in }
  /// Reports that a push was made for a recalled notification that may have arrived, and its word: `replaced` or `removed`.
  package var tookBack: (PushNotification, String) -> Void = { _, _ in }
  /// Reports an attempt that failed and is made again.
  package var attempted: (PushNotification, DeliveryFailure) -> Void = { _, _ in }
  /// Reports the end of a notification, once for each, with the number of attempts.
  package var ended: (PushNotification, DeliveryEnd, Int) -> Void = { _, _, _ in }
  /// The queue cannot go on: a sentence that says why and what to do.
  package var failed: (String) -> Void = { _ in }
  /// Reports a person's response to a delivered notification, a JSON object.
  package var responded: (String) -> Void = { _ in }
  /// Reports a notice for people, a sentence.
  package var notice: (String) -> Void = { _ in }

  package init() {}
}

/// The end of a notification.
package enum DeliveryEnd: Sendable, Equatable {
  case delivered
  /// It will never be taken.
  case refused(DeliveryFailure)
  /// It may be taken another time; nobody tries any longer.
  case undelivered(DeliveryFailure)
  /// Its `apns-expiration` is over.
  case expired
  /// It was recalled before it was delivered; `mayHaveArrived` where an attempt had no answer.
  case withdrawn(mayHaveArrived: Bool)
}
