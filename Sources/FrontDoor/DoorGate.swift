import APNsProtocol
import ClientKeys
import NotificationModel
import Synchronization

/// The one place where it is decided who may push; connections on several event loops share it.
package final class DoorGate: Sendable {
  /// An accepted request: its sender, and the topic that it pushes to.
  package struct Admission: Sendable, Equatable {
    package var sender: DoorSender
    package var topic: String
  }

  private struct State: Sendable {
    var tokens: ProviderTokenCheck
    var authorization: DoorAuthorization
    var rates = RateLimit()
  }

  private let state: Mutex<State>

  /// Makes a gate; without keys and certificates nobody gets through.
  ///
  /// - Parameter certificates: permissions by fingerprint, in 64 small hexadecimal digits.
  package init(keys: [DoorKey], certificates: [String: KeyGrant] = [:]) {
    state = Mutex(
      State(
        tokens: ProviderTokenCheck(keys: keys.map(Self.key)),
        authorization: DoorAuthorization(keys: keys, certificates: certificates)))
  }

  private static func key(_ key: DoorKey) -> ProviderTokenCheck.Key {
    ProviderTokenCheck.Key(keyID: key.keyID, teamID: key.teamID, key: key.publicKey)
  }

  /// Puts other keys in force: the next request of one that is gone is refused.
  package func replace(keys: [DoorKey]) {
    state.withLock { state in
      state.tokens.replace(keys: keys.map(Self.key))
      state.authorization.replace(keys: keys)
      let authorization = state.authorization
      state.rates.forget { authorization.isKnown($0) }
    }
  }

  /// Decides about a request by its headers, before its body: who sends it, to which topic, and whether that is within
  /// the sender's rate.
  ///
  /// A certificate counts alone where there is one, as at APNs.
  ///
  /// - Parameters:
  ///   - standing: of its connection, which counts what is refused.
  ///   - environment: the one that the push would go to.
  package func admit(
    _ request: PushRequest, _ standing: inout ConnectionStanding, environment: PushEnvironment,
    at now: DoorTime
  ) throws(Refusal) -> Admission {
    standing.begin()
    do throws(Refusal) {
      // A proxy before the door may have looked at the other one.
      if request.duplicate != nil { throw Refusal("DuplicateHeaders") }
      let token = try verifiedToken(request, standing, at: now)
      let admission = try admission(request, token, &standing, environment, at: now)
      standing.noteGood()
      return admission
    } catch {
      standing.note(error)
      throw error
    }
  }

  /// Returns the provider token of a request; nil where the connection has a certificate.
  private func verifiedToken(
    _ request: PushRequest, _ standing: ConnectionStanding, at now: DoorTime
  ) throws(Refusal) -> ProviderTokenCheck.Sender? {
    if standing.certificate != nil { return nil }
    guard let authorization = request.authorization else { throw Refusal("MissingProviderToken") }
    return try ProviderTokenCheck.sender(verdict(on: authorization), at: now.wall)
  }

  /// Returns the verdict on an `authorization`; its signature is checked without the lock, so that nobody waits for it.
  private func verdict(on authorization: String) -> ProviderKeys.Verdict {
    while true {
      let (known, keys, generation) = state.withLock {
        ($0.tokens.remembered(authorization), $0.tokens.keys, $0.tokens.generation)
      }
      if let known { return known }
      let verdict = keys.verdict(on: authorization)
      let isCurrent = state.withLock { state in
        guard state.tokens.generation == generation else { return false }
        state.tokens.remember(verdict, on: authorization)
        return true
      }
      // Otherwise the key may have been revoked meanwhile.
      if isCurrent { return verdict }
    }
  }

  private func admission(
    _ request: PushRequest, _ token: ProviderTokenCheck.Sender?, _ standing: inout ConnectionStanding,
    _ environment: PushEnvironment, at now: DoorTime
  ) throws(Refusal) -> Admission {
    try state.withLock { state throws(Refusal) in
      let rules = state.authorization
      let sender: DoorSender
      if let certificate = standing.certificate {
        sender = try rules.sender(certificate, environment: environment, at: now.wall)
      } else if let token {
        sender = try rules.sender(token, environment: environment)
      } else {
        throw Refusal("MissingProviderToken")
      }
      standing.note(sender: sender.name)
      let topic = try rules.topic(
        request.topic, of: sender, withCertificate: standing.certificate != nil)
      if let rate = sender.grant.rate,
        let seconds = state.rates.take(sender.name, rate, at: now.monotonic)
      {
        throw Refusal("TooManyRequests", retryAfter: seconds)
      }
      return Admission(sender: sender, topic: topic)
    }
  }
}
