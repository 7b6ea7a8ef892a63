import APNsProtocol

/// The reputation of one connection; a value of the event loop that the connection is on.
package struct ConnectionStanding: Sendable {
  /// The refused senders after which a connection is closed.
  package static let badSenderLimit = 10

  /// The certificate that the client presented in the handshake.
  package let certificate: DoorCertificate?
  /// A Boolean value that indicates whether a sender was accepted on it.
  package private(set) var isProven = false
  /// The name of the sender of the latest request; nil where nothing good told it.
  package private(set) var sender: String?
  /// The number of requests without a token or a certificate that is good for anything.
  package private(set) var badSenders = 0

  /// Makes the standing of a new connection.
  package init(certificate: DoorCertificate? = nil) { self.certificate = certificate }

  /// A Boolean value that indicates whether the connection is to be closed.
  package var isExhausted: Bool { badSenders >= Self.badSenderLimit }

  /// Begins a request, of which nothing is known yet.
  mutating func begin() { sender = nil }

  /// Notes who sends the request, whether or not it may.
  mutating func note(sender: String) { self.sender = sender }

  /// Counts an accepted request.
  mutating func noteGood() { isProven = true }

  /// Counts a refusal, where it is about who sends and not about what is sent.
  ///
  /// An expired token is no attack: a client's requests in flight have the same one, and it was checked once.
  mutating func note(_ refusal: Refusal) {
    if ["MissingProviderToken", "InvalidProviderToken", "BadCertificate"].contains(refusal.reason) {
      badSenders += 1
    }
  }
}
