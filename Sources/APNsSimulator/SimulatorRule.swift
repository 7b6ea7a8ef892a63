import APNsProtocol
import HTTP2Transport

/// An effect on pushes that match, in place of accepting them.
package struct SimulatorRule: Sendable, Equatable {
  /// The pushes that a rule is for; a property that is nil matches all.
  package struct Match: Sendable, Equatable {
    /// The beginning of the device token, in small digits.
    package var token: String?
    package var topic: String?
    /// Values of headers, by their names in small letters; all of them must be the same.
    package var headers: [String: String] = [:]
    /// Every so manieth of those that match otherwise.
    package var every: Int?
    /// The first so many of them only.
    package var first: Int?
    /// Those behind the first so many.
    package var after: Int?

    package init() {}

    /// Returns whether a push matches, but for its place in the count.
    func covers(_ request: PushRequest, token: String, topic: String) -> Bool {
      if let prefix = self.token, !token.hasPrefix(prefix) { return false }
      if let wanted = self.topic, wanted != topic { return false }
      return headers.allSatisfy { name, value in
        request.headers.contains { $0.name == name && $0.value == value }
      }
    }

    /// Returns whether the rule applies to push number `count`, from 1, of those that match.
    func takes(_ count: Int) -> Bool {
      if let first, count > first { return false }
      if let after, count <= after { return false }
      return every.map { count % $0 == 0 } ?? true
    }
  }

  /// The way in which the bytes of a response arrive.
  package enum BodyShape: String, Sendable, CaseIterable {
    case plain
    /// One byte in each DATA frame, and an empty one at the end.
    case split
    /// An empty DATA frame ends the answer.
    case empty
    /// Bytes that are no JSON.
    case garbage
    /// JSON of 256 KiB.
    case oversized
  }

  /// The contents of a GOAWAY frame.
  package struct Departure: Sendable, Equatable {
    package var reason: String?
    /// The error code of HTTP/2.
    package var code: UInt32 = 0
    /// The last stream that was looked at; nil for the one before the push.
    package var lastStream: Int32?

    package init(reason: String? = nil) { self.reason = reason }
  }

  /// The effect on a push.
  package enum Effect: Sendable, Equatable {
    case accept
    case refuse(Refusal)
    /// No answer, ever.
    case stall
    /// RST_STREAM with a code; 7 is REFUSED_STREAM.
    case reset(UInt32)
    /// The connection ends without a word about the push.
    case close
    /// TCP's reset.
    case abort
    case goAway(Departure)
    /// Nothing is read from the connection any more.
    case stopReading
  }

  package var match = Match()
  package var effect = Effect.accept
  package var delay = Duration.zero
  package var shape = BodyShape.plain
  /// True when the response has no `apns-id`.
  package var hidesID = false
  /// True when the push counts as accepted although the client gets no response.
  package var isAccepted = false

  package init() {}
}
