import NotificationModel

/// How the simulated APNs treats connections and devices; the defaults are what APNs is known to do.
package struct SimulatorSettings: Sendable, Equatable {
  /// A device that is known, and the app on it.
  package struct Device: Sendable, Equatable {
    /// The bundle id of the app that the token came from; nil for any.
    package var topic: String?
    /// The environment of the token; nil for both.
    package var environment: PushEnvironment?
    /// When the app was removed, in milliseconds since 1970; nil while it is there.
    package var unregistered: Int64?

    package init() {}
  }

  /// SETTINGS_MAX_CONCURRENT_STREAMS once a provider token was valid, or with a certificate.
  package var streams: UInt32 = 1000
  /// The same before; "only one stream … until you post a request with a valid provider token".
  package var firstStreams: UInt32 = 1
  /// The same behind a push that was refused, until one is accepted; nil leaves it alone.
  ///
  /// APNs was seen to go down to 1.
  package var streamsAfterRefusal: UInt32?
  /// Whether new provider tokens are refused that come more than once in 20 minutes.
  package var limitsTokenUpdates = true
  /// Whether another key of the team is refused on a connection.
  package var refusesOtherKeys = true
  /// Whether a certificate that is not accepted ends the connection with GOAWAY, as was seen, without an answer.
  package var goesAwayOnBadCertificate = false
  /// Seconds without a request after which the connection ends with `IdleTimeout`; nil for never.
  package var idleSeconds: Int?
  /// How many pushes a device may get in ``deviceSeconds``; nil for any number.
  package var devicePushes: Int?
  package var deviceSeconds = 1
  /// The bundle ids of the team; empty for any.
  package var topics: Set<String> = []
  /// The devices that are known, by their tokens in small digits.
  package var devices: [String: Device] = [:]
  /// Whether tokens that are not among ``devices`` are refused.
  package var refusesOtherDevices = false

  package init() {}
}
