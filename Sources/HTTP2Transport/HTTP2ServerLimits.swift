extension HTTP2Server {
  /// The most of everything that clients may take; the rest of them notices nothing of one that takes more.
  ///
  /// `Int.max` is no limit.
  package struct Limits: Sendable {
    /// The time for TLS's handshake.
    package var handshake = Duration.seconds(5)
    /// The time from there to the end of HTTP/2's preface, the client's first SETTINGS (RFC 9113 §3.4).
    package var preface = Duration.seconds(5)
    /// The time without a request after which a connection ends with GOAWAY; nil for none.
    ///
    /// APNs' own is an hour.
    package var idle: Duration? = .seconds(3600)
    /// The time from a request's first frame to its last: headers and body, however many frames they come in.
    package var request = Duration.seconds(10)
    /// The time that a client has to read a response, or anything else where its socket is full.
    package var unread = Duration.seconds(30)
    /// The bytes of a request's header list as RFC 9113 §6.5.2 counts them: 8,000, which is what APNs announces.
    package var headerList = 8000
    /// The bytes of a request's body.
    package var body = 1 << 20
    /// The connections in total.
    package var connections = 1000
    /// The connections from one IPv4 address, or one IPv6 network of 64 bits.
    package var connectionsOfAddress = 100
    /// The requests without a complete response, of all connections.
    ///
    /// Above it, reading stops from the connections that have more than their share.
    package var requestsInFlight = 8192
    /// The bytes of these requests and their responses, in the same way.
    package var bytesInFlight = 64 << 20
    /// The frames of a connection that no response has paid for.
    ///
    /// Each frame costs 1, but for DATA that carries a body, and each
    /// stream that ends by an error 1 more; a response gives 10, and a second ``framesPerSecond``. What 1,000 streams
    /// that are opened and cancelled at once cost is 3,000.
    package var frames = 5000
    package var framesPerSecond = 100

    package init() {}
  }
}
