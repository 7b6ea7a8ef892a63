import APNsProtocol

/// The answer to a push, which its repeats get, too.
package enum DoorAnswer: Sendable, Hashable {
  /// It is in the outbox.
  case accepted
  /// APNs has accepted it.
  case delivered
  /// The chain has dropped it, or APNs does nothing with it.
  case dropped
  /// A recall has withdrawn it before it was sent.
  case withdrawn
  /// It is refused, and a repeat would be, too.
  case refused(Refusal)

  /// The same with nothing that differs from push to push.
  var plain: DoorAnswer {
    switch self {
    case .accepted, .delivered, .dropped, .withdrawn: self
    case .refused(let refusal): .refused(Refusal(status: refusal.status, reason: refusal.reason))
    }
  }
}
