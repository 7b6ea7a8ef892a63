import APNsProtocol

/// The state of one connection at APNs.
package struct ConnectionState: Sendable, Equatable {
  /// The provider token that a connection goes by.
  package struct Pin: Sendable, Equatable {
    package var teamID: String
    package var keyID: String
    package var issuedAt: Int64
    /// The time at which the last new token came, in milliseconds since 1970; nil while it is the first.
    package var renewedAt: Int64?
  }

  package let number: Int
  /// The certificate that the client presented when it connected.
  package var certificate: ClientCertificate?
  package var pin: Pin?
  /// SETTINGS_MAX_CONCURRENT_STREAMS as the client was told.
  package var streams: UInt32

  package init(number: Int, certificate: ClientCertificate? = nil, streams: UInt32) {
    self.number = number
    self.certificate = certificate
    self.streams = streams
  }
}

extension ConnectionState {
  /// The shortest time between two new tokens of a connection: "no more than once every 20 minutes".
  static let renewalInterval: Int64 = 20 * 60 * 1000

  /// Ties the connection to its first sender, and compares later ones with it.
  package mutating func admit(
    _ sender: ProviderTokenCheck.Sender, _ settings: SimulatorSettings, at now: Int64
  ) throws(Refusal) {
    guard let pin else {
      self.pin = Pin(teamID: sender.teamID, keyID: sender.keyID, issuedAt: sender.issuedAt)
      return
    }
    guard pin.teamID == sender.teamID else { throw Refusal("InvalidProviderToken") }
    if pin.keyID != sender.keyID, settings.refusesOtherKeys { throw Refusal("UnrelatedKeyIdInToken") }
    guard pin.issuedAt != sender.issuedAt || pin.keyID != sender.keyID else { return }
    if settings.limitsTokenUpdates, let renewed = pin.renewedAt, now - renewed < Self.renewalInterval {
      throw Refusal("TooManyProviderTokenUpdates")
    }
    self.pin = Pin(
      teamID: sender.teamID, keyID: sender.keyID, issuedAt: sender.issuedAt, renewedAt: now)
  }
}
