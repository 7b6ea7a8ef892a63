import NotificationModel

/// The limits of the simulated APNs for connections and devices; the defaults are APNs' known behaviour.
package struct SimulatorSettings: Sendable, Equatable {
  /// A device that is known, and the app on it.
  package struct Device: Sendable, Equatable {
    /// The bundle id of the app that the token came from; nil for any.
    package var topic: String?
    /// The environment of the token; nil for both.
    package var environment: PushEnvironment?
    /// The time at which the app was removed, in milliseconds since 1970; nil while it is there.
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
  /// True when provider tokens are refused that change more than once in 20 minutes.
  package var limitsTokenUpdates = true
  /// True when another key of the team is refused on a connection.
  package var refusesOtherKeys = true
  /// True when a refused certificate ends the connection with GOAWAY and no response, as APNs was seen to do.
  package var goesAwayOnBadCertificate = false
  /// Seconds without a request after which the connection ends with `IdleTimeout`; nil for never.
  package var idleSeconds: Int?
  /// The number of pushes that a device may get in ``deviceSeconds``; nil for any number.
  package var devicePushes: Int?
  package var deviceSeconds = 1
  /// The bundle ids of the team; empty for any.
  package var topics: Set<String> = []
  /// The devices that are known, by their tokens in small digits.
  package var devices: [String: Device] = [:]
  /// True when tokens that are not among ``devices`` are refused.
  package var refusesOtherDevices = false

  package init() {}
}
