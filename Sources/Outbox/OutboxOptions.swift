import Delivery

/// The options by which an outbox keeps and tries notifications.
package struct OutboxOptions: Sendable {
  /// The action on a notification that is recalled after its delivery.
  package enum RecallOfSent: Sendable, Equatable {
    case nothing
    /// Another push takes its place under the same `apns-collapse-id`, which every push then has; the text is its alert.
    case replace(text: String)
    /// A background push tells the app to remove it.
    case background
  }

  /// The most bytes of the file that notifications may fill.
  package var sizeLimit = 8 << 30
  /// The bytes that the file system must have free.
  package var freeLimit = 128 << 20
  /// The longest time that a notification may wait, whatever its `apns-expiration`.
  package var keepsFor = Duration.seconds(3 * 86_400)
  /// The time for which a dead letter is kept.
  package var keepsDeadFor = Duration.seconds(7 * 86_400)
  /// The time for which a recall without a message is remembered: as long as APNs stores a notification at most.
  package var keepsRecallsFor = Duration.seconds(30 * 86_400)
  /// The time for which a delivered notification is remembered, where ``recallOfSent`` needs that.
  package var keepsSentFor = Duration.seconds(7 * 86_400)
  package var recallOfSent = RecallOfSent.nothing
  /// The wait before a second attempt, doubled with each up to ``longestBackOff``.
  package var backOff = Duration.seconds(1)
  package var longestBackOff = Duration.seconds(3600)
  /// The time that the first notification of a commit waits for others.
  package var commitDelay = Duration.milliseconds(4)
  /// The same where the last commit had many: a commit's own price is then shared by more.
  package var busyCommitDelay = Duration.milliseconds(16)
  /// The time that answers wait to be written down together.
  package var markDelay = Duration.milliseconds(40)
  /// The bytes that the log may have before they are moved to the file itself.
  package var checkpointSize = 32 << 20
  /// The most notifications that are at the sink, or were there and are not written down: what a crash may send twice.
  package var leaseLimit = 4000
  /// The time for which a notification with `apns-expiration` 0 is tried, which APNs is not to store.
  ///
  /// Its sender wants it now or not at all.
  package var keepsForOnce = Duration.seconds(60)
  /// A Boolean value that indicates whether a run goes on when its input has ended, for notifications of other processes.
  package var staysOpen = false
  /// The time for which identities of repeats are remembered; nil where no front door asks for them.
  package var keepsRepeatsFor: Duration?
  /// The time that a run goes on for retries when its input has ended.
  package var lingersFor = Duration.seconds(60)

  /// The longest wait for another attempt, in milliseconds, whatever a peer wishes.
  static let longestWait: Int64 = 86_400_000

  package init() {}
}
