import ClientKeys
import Digests
import FrontDoor
import HTTPTypes
import Hummingbird
import NotificationModel
import Operations
import Synchronization

/// The one place where it is decided who may use the HTTP API.
package final class APIGate: Sendable {
  /// The requests that one key may have open at once.
  package static let openLimit = 64

  private struct State {
    var keys: [String: APIKey]
    var rates = RateLimit()
    var open: [String: Int] = [:]
  }

  private let state: Mutex<State>

  /// Makes a gate; without keys nobody gets through.
  package init(keys: [APIKey]) { state = Mutex(State(keys: Self.table(keys))) }

  private static func table(_ keys: [APIKey]) -> [String: APIKey] {
    Dictionary(keys.map { ($0.keyID, $0) }) { $1 }
  }

  /// Puts other keys in force: the next request of one that is gone is refused.
  package func replace(keys: [APIKey]) {
    state.withLock { state in
      let table = Self.table(keys)
      state.keys = table
      state.rates.forget { table[$0] != nil }
    }
  }

  /// Admits a request to a route, which ``leave(_:)`` ends.
  ///
  /// - Throws: 401, 403 or 429.
  package func enter(_ headers: HTTPFields, _ scope: APIScope, at now: DoorTime) throws(Problem) -> APICaller
  {
    let caller = try permitted(try caller(headers, at: now), scope)
    try state.withLock { state throws(Problem) in
      guard state.open[caller.keyID, default: 0] < Self.openLimit else {
        throw Problem(
          .tooManyRequests,
          "the key \(caller.keyID) has \(Self.openLimit) requests open; wait for the answers of some",
          headers: [.retryAfter: "1"])
      }
      state.open[caller.keyID, default: 0] += 1
    }
    return caller
  }

  /// Returns the caller of a request that goes on, with what its key permits by now.
  ///
  /// - Throws: 401 or 403 where the key was revoked or changed, so that the request would not be admitted any more.
  package func renew(_ caller: APICaller, _ scope: APIScope, at now: DoorTime) throws(Problem) -> APICaller {
    try permitted(try self.caller(caller.keyID, caller.digest, at: now), scope)
  }

  private func permitted(_ caller: APICaller, _ scope: APIScope) throws(Problem) -> APICaller {
    guard caller.scopes.contains(scope) else {
      throw Problem(
        .forbidden, "the key \(caller.keyID) has not the scope '\(scope.rawValue)'; use a key that has it")
    }
    return caller
  }

  /// Ends a request that was admitted.
  package func leave(_ caller: APICaller) {
    state.withLock { state in
      let left = (state.open[caller.keyID] ?? 1) - 1
      state.open[caller.keyID] = left > 0 ? left : nil
    }
  }

  /// Takes a request, or a notification of a stream, off a key's rate.
  ///
  /// - Throws: 429.
  package func takeRate(_ caller: APICaller, at now: DoorTime) throws(Problem) {
    guard let rate = caller.grant.rate else { return }
    let wait = state.withLock { $0.rates.take(caller.keyID, rate, at: now.monotonic) }
    guard let wait else { return }
    throw Problem(
      .tooManyRequests, "the key \(caller.keyID) may send \(rate.perSecond) a second; wait \(wait) s",
      headers: [.retryAfter: "\(wait)"])
  }

  // MARK: Keys

  private func caller(_ headers: HTTPFields, at now: DoorTime) throws(Problem) -> APICaller {
    let values = headers[values: .authorization]
    guard values.count == 1, let text = Self.token(values[0]) else {
      throw Self.unauthorized("there is no key; send one as 'Authorization: Bearer KEY', and once")
    }
    guard let secret = APISecret(text) else { throw Self.unknownKey }
    return try caller(secret.keyID, secret.digest, at: now)
  }

  private func caller(_ keyID: String, _ digest: [UInt8], at now: DoorTime) throws(Problem) -> APICaller {
    guard let key = state.withLock({ $0.keys[keyID] }), key.accepts(digest, at: now.wall) else {
      throw Self.unknownKey
    }
    return APICaller(key, digest: digest)
  }

  /// The same for a key that is not known, and for one with another secret.
  private static let unknownKey = unauthorized(
    "the key is not one of this service; look at it, and whether it was revoked")

  /// Returns the token of a scheme that may be in any case (RFC 9110 §11.1).
  private static func token(_ value: String) -> Substring? {
    let parts = value.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return parts[1].drop { $0 == " " }
  }

  private static func unauthorized(_ detail: String) -> Problem {
    Problem(.unauthorized, detail, headers: [.wwwAuthenticate: #"Bearer realm="notilua""#])
  }
}
