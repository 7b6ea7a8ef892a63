import Composition
import Digests
import NotificationModel

/// The decision on a message for one device of a recipient, or for a recipient without a device.
package struct DeviceDecision: Sendable, Equatable {
  /// The place of a decision on its way to APNs.
  package enum State: Int, Sendable {
    /// Nothing is pushed.
    case settled = 0
    /// The push is to be made.
    case pending = 1
    /// The push waits for its time.
    case scheduled = 2
    /// The push went to the plugins and the queue behind them.
    case given = 3
  }

  /// The recipient.
  package var user: String
  /// The number of the device's registration; 0 where the recipient has none.
  package var registration: Int64 = 0
  /// The device's name; nil where the recipient has none.
  package var device: String?
  /// The decision.
  package var decision: Decision
  /// The reason.
  package var reason: Reason
  /// The place on the way.
  package var state: State
  /// The time at which a scheduled push is made, in milliseconds since 1970.
  package var due: Int64?
  /// The number on the app's icon, where the push counts.
  package var badge: Int?
  /// The oddities of the push, which are not kept with it.
  var warnings: [CompositionWarning] = []

  /// Makes a decision for a recipient.
  init(_ user: String, _ decision: Decision, _ reason: Reason, due: Int64? = nil) {
    self.user = user
    self.decision = decision
    self.reason = reason
    self.due = due
    state =
      switch decision {
      case .push: .pending
      case .scheduled: .scheduled
      default: .settled
      }
  }

  /// Replaces a push by a decision against it.
  mutating func settle(_ decision: Decision, _ reason: Reason) {
    (self.decision, self.reason) = (decision, reason)
    (state, due, badge) = (.settled, nil, nil)
  }

  /// Returns the same with a decision against the push.
  func settled(_ decision: Decision, _ reason: Reason) -> DeviceDecision {
    var settled = self
    settled.settle(decision, reason)
    return settled
  }

  /// The `apns-id` of the push of a message to a registration: the same after a crash.
  static func apnsID(_ message: String, of application: String, registration: Int64) -> String {
    let texts = [application, message, "\(registration)"].map { Array($0.utf8) }
    let digest = Digest.sha256(texts.flatMap { Array("\($0.count):".utf8) + $0 })
    func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
    return UUIDText.text(word(digest[0..<8]), word(digest[8..<16]))
  }
}
