import APNsCredentials
import Glibc
import Synchronization

/// The provider token of a key and its team: one for all connections, renewed as Apple asks.
///
/// "Refresh your token no more than once every 20 minutes and no less than once every 60 minutes."
package final class ProviderTokenSource: Sendable {
  /// Seconds after which a token is renewed: well before the hour, and clear of clocks that differ.
  package static let lifetime: Int64 = 50 * 60
  /// Seconds after which APNs calls it expired, but for clocks that differ.
  package static let longest: Int64 = 58 * 60
  /// Seconds within which it is never renewed.
  package static let shortest: Int64 = 20 * 60

  private struct State {
    var token: ProviderToken?
    /// By the monotonic clock, in seconds.
    var madeAt: Int64 = 0
    var heldUntil: Int64 = 0
  }

  private let key: SigningKey
  private let keyID: String
  private let teamID: String
  private let wallClock: @Sendable () -> Int64
  private let steadyClock: @Sendable () -> Int64
  private let state = Mutex(State())

  /// - Parameters:
  ///   - wallClock: seconds since 1970.
  ///   - steadyClock: seconds of a clock that nobody sets.
  package init(
    key: SigningKey, keyID: String, teamID: String,
    wallClock: @escaping @Sendable () -> Int64 = { Int64(time(nil)) },
    steadyClock: @escaping @Sendable () -> Int64 = ProviderTokenSource.steadySeconds
  ) {
    self.key = key
    self.keyID = keyID
    self.teamID = teamID
    self.wallClock = wallClock
    self.steadyClock = steadyClock
  }

  /// Seconds since the machine's start.
  @Sendable package static func steadySeconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Int64(time.tv_sec)
  }

  /// Returns whether the tokens are signed with `other`, so that the source can stay when credentials are
  /// read again.
  package func signs(with other: SigningKey) -> Bool { key.publicKey == other.publicKey }

  /// The token to send now; nil where libcrypto could not sign.
  package var current: ProviderToken? {
    state.withLock { state in
      let now = steadyClock()
      if let token = state.token, isHeld(state, now) { return token }
      if let token = state.token {
        let isFresh = now - state.madeAt < Self.lifetime
        // A wall clock that was set makes a token look old, or as if of tomorrow.
        let age = wallClock() - token.issuedAt
        let isCredible = age > -60 && age < Self.lifetime + 60
        if isFresh && isCredible || now - state.madeAt < Self.shortest { return token }
      }
      return make(&state, now)
    }
  }

  /// Makes another token where APNs has called the current one expired.
  ///
  /// - Returns: whether there is another; not within 20 minutes of the last.
  package func renew() -> Bool {
    state.withLock { state in
      let now = steadyClock()
      guard !isHeld(state, now), now - state.madeAt >= Self.shortest else { return false }
      return make(&state, now) != nil
    }
  }

  /// Keeps the current token for 20 minutes, since APNs has seen too many.
  package func hold() {
    state.withLock { state in
      let now = steadyClock()
      if !isHeld(state, now) { state.heldUntil = now + Self.shortest }
    }
  }

  /// A token that is too old for APNs is not held any longer.
  private func isHeld(_ state: State, _ now: Int64) -> Bool {
    now < state.heldUntil && now - state.madeAt < Self.longest
  }

  private func make(_ state: inout State, _ now: Int64) -> ProviderToken? {
    let token = ProviderToken(signedBy: key, keyID: keyID, teamID: teamID, issuedAt: wallClock())
    state.token = token ?? state.token
    state.madeAt = now
    return state.token
  }
}
