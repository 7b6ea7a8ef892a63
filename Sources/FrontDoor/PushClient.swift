/// A request, or a message, that waits for the answer to its push.
package struct PushClient: Equatable, Sendable {
  /// The place where the request waits.
  package enum Place: Equatable, Sendable {
    /// A stream of the front door.
    case stream(connection: Int, Int32)
    /// A call of the HTTP API, by its number.
    case call(UInt64)
    /// A push of a message, by the number that its giver counts.
    case message(UInt64)
  }

  /// The place where it waits.
  package var place: Place
  /// The `apns-id` of its push.
  package var apnsID: String
  /// The time at which it was whole, in nanoseconds of the monotonic clock.
  package var beganAt: Int64
  /// A Boolean value that indicates whether another push was the same before it.
  package var isRepeat = false

  /// Makes a client of its parts.
  package init(_ place: Place, apnsID: String, beganAt: Int64) {
    self.place = place
    self.apnsID = apnsID
    self.beganAt = beganAt
  }
}

/// The answer to one client.
package struct PushAnswer: Sendable {
  package var client: PushClient
  package var answer: DoorAnswer

  /// Makes the answer to a client.
  package init(client: PushClient, answer: DoorAnswer) {
    self.client = client
    self.answer = answer
  }
}

/// The identity of a push among repeats.
package struct PushIdentity: Sendable, Equatable {
  /// The identity of all that makes a repeat the same push.
  package var push: RepeatIdentity
  /// The identity of the key that its sender claims for it; nil for no key.
  ///
  /// Another push with that key is a conflict.
  package var claim: RepeatIdentity?

  /// Makes a value from its parts.
  package init(_ push: RepeatIdentity, claim: RepeatIdentity? = nil) {
    self.push = push
    self.claim = claim
  }

  /// Both identities, the claim first: where the oldest are forgotten, none is left without its push, which would be a conflict.
  var parts: [RepeatIdentity] { [claim, push].compactMap(\.self) }
  /// The bytes that a queue keeps beside the push, in the commit that accepts it.
  package var bytes: [UInt8] { parts.flatMap(\.bytes) }
}
