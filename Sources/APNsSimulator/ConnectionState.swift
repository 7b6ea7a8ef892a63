/// The state of one connection at APNs.
package struct ConnectionState: Sendable, Equatable {
  /// The provider token that a connection goes by.
  package struct Pin: Sendable, Equatable {
    package var teamID: String
    package var keyID: String
    package var issuedAt: Int64
    /// When the last new token came, in milliseconds since 1970; nil while it is the first.
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
