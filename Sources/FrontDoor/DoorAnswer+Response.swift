import APNsProtocol
import Delivery
import HTTP2Transport

extension DoorAnswer {
  /// The answer where nothing can be taken at the moment.
  static let unavailable = DoorAnswer.refused(Refusal("ServiceUnavailable", retryAfter: 1))
  /// The answer where the door is about to close.
  static let shutdown = DoorAnswer.refused(Refusal("Shutdown", retryAfter: 1))
  /// The answer where a fault of ours has ended a push.
  static let failed = DoorAnswer.refused(Refusal("InternalServerError"))

  /// Returns the answer that tells what became of a push.
  package init(_ fate: NotificationFate) {
    switch fate {
    case .dropped: self = .dropped
    case .accepted: self = .accepted
    // The door has checked the push: what is refused behind it is no fault of its sender.
    case .rejected: self = .failed
    case .abandoned: self = .shutdown
    case .ended(let end): self.init(end)
    }
  }

  private init(_ end: DeliveryEnd) {
    switch end {
    case .delivered: self = .delivered
    // APNs accepts what has expired, and does nothing with it.
    case .expired: self = .dropped
    case .withdrawn: self = .withdrawn
    // APNs' own answer, where it may be another one later; what is wrong with a credential is not its sender's fault.
    case .undelivered(let why) where why.status == 429 || why.status >= 500:
      self = .refused(Refusal(status: why.status, reason: why.reason, retryAfter: 1))
    // A lane that is shut opens when its cause is gone; nobody needs to ask each second.
    case .undelivered(let why) where why.lane != nil:
      self = .refused(Refusal("ServiceUnavailable", retryAfter: 10))
    case .undelivered: self = .unavailable
    case .refused(let why):
      self =
        why.status >= 400
        ? .refused(Refusal(status: why.status, reason: why.reason, timestamp: why.timestamp)) : .failed
    }
  }

  /// A Boolean value that indicates whether it is final: a repeat of the push gets it again and is not sent.
  package var isFinal: Bool {
    switch self {
    case .accepted, .delivered, .dropped, .withdrawn: true
    case .refused(let refusal): refusal.status < 500 && refusal.status != 429
    }
  }

  /// The status of HTTP: 200 for all that is taken, since clients of APNs know no other.
  package var status: Int {
    if case .refused(let refusal) = self { refusal.status } else { 200 }
  }

  /// The body of the response: empty but for a refusal.
  package var body: [UInt8] {
    if case .refused(let refusal) = self { refusal.body } else { [] }
  }

  /// The word for what became of a push; nil for a refusal, which is explained.
  package var outcome: String? {
    switch self {
    case .accepted: "accepted"
    case .delivered: "delivered"
    case .dropped: "dropped"
    case .withdrawn: "withdrawn"
    case .refused: nil
    }
  }

  /// Returns the headers of the response.
  ///
  /// - Parameter isRepeat: true where another push was the same before it.
  package func headers(apnsID: String, isRepeat: Bool) -> [HTTP2Header] {
    var headers = [HTTP2Header("apns-id", apnsID)]
    if let outcome { headers.append(HTTP2Header("notilua-outcome", isRepeat ? "repeated" : outcome)) }
    if case .refused(let refusal) = self {
      if let seconds = refusal.retryAfter { headers.append(HTTP2Header("retry-after", "\(seconds)")) }
      if let cause = refusal.cause { headers.append(HTTP2Header("notilua-reason", cause)) }
    }
    return headers
  }
}
