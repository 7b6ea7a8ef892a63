import FrontDoor
import HTTPTypes
import NotificationModel
import Operations
import Synchronization

extension HTTPField.Name {
  // Neither is nil, as both names are tokens of RFC 9110; the type does not say so.

  /// The header by which a client marks a request that it may repeat; draft-ietf-httpapi-idempotency-key-header.
  static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .cookie
  /// The header that marks the answer of an earlier request.
  static let idempotentReplay = HTTPField.Name("Idempotent-Replay") ?? .cookie
}

/// A client's claim with `Idempotency-Key`: one request, of one key, to one path.
struct IdempotencyKey: Sendable {
  /// The most bytes of the header.
  static let limit = 255

  private let parts: [[UInt8]]
  private let secret: [UInt8]

  /// Reads the header; nil where there is none.
  ///
  /// - Throws: 400 where it is no key.
  init?(_ headers: HTTPFields, _ caller: APICaller, _ path: String, secret: [UInt8]) throws(Problem) {
    let values = headers[values: .idempotencyKey]
    if values.isEmpty { return nil }
    guard values.count == 1, (1...Self.limit).contains(values[0].utf8.count),
      values[0].utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw Problem(
        .badRequest,
        "Idempotency-Key is not one text of 1 to \(Self.limit) visible characters; send a UUID for each request"
      )
    }
    parts = [caller.keyID, path, values[0]].map { Array($0.utf8) }
    self.secret = secret
  }

  /// The identity of the whole request.
  var request: RepeatIdentity { identity([]) }

  private func identity(_ more: [[UInt8]]) -> RepeatIdentity {
    RepeatIdentity(claimOf: parts + more, secret: secret)
  }

  /// Returns the identity of a notification of the request.
  ///
  /// - Parameters:
  ///   - index: the line of the notification.
  ///   - fingerprint: the digest of its text.
  func push(_ index: Int, fingerprint: [UInt8]) -> PushIdentity {
    let place = Array("\(index)".utf8)
    return PushIdentity(identity([place, fingerprint]), claim: identity([place]))
  }

  /// Returns the `apns-id` of a notification whose sender gives none: the same for each repeat.
  func apnsID(_ index: Int) -> String {
    let identity = identity([Array("\(index)".utf8), Array("apns-id".utf8), []])
    return UUIDText.text(identity.high, identity.low)
  }
}

/// The requests with keys of idempotency that are being answered.
final class RunningKeys: Sendable {
  private let running = Mutex<Set<RepeatIdentity>>([])

  /// Begins a request.
  ///
  /// - Throws: 409 where the same one is being answered.
  func begin(_ key: IdempotencyKey) throws(Problem) {
    let identity = key.request
    guard running.withLock({ $0.insert(identity).inserted }) else {
      throw Problem(
        .conflict, "a request with this Idempotency-Key is being answered; send it again in a second",
        headers: [.retryAfter: "1"])
    }
  }

  /// Ends a request.
  func end(_ key: IdempotencyKey) {
    let identity = key.request
    running.withLock { _ = $0.remove(identity) }
  }
}
