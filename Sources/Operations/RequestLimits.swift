import EventLoop
import NIOCore

/// The limits of a listener's requests and connections.
package struct RequestLimits: Sendable {
  /// The time in which a request must be there, from its first byte, or the connection's start, to its last byte.
  package var requestTime = TimeAmount.seconds(10)
  /// The time in which a connection with TLS must have made its handshake.
  package var handshakeTime = TimeAmount.seconds(5)
  /// The time in which a response must be taken.
  package var responseTime = TimeAmount.seconds(30)
  /// The time for which a connection may have no request.
  package var idleTime = TimeAmount.seconds(60)
  /// The time that open requests have when the service stops.
  package var stopTime = TimeAmount.seconds(5)
  /// The most bytes of a request's line and headers.
  package var headerBytes = 16 << 10
  /// The most bytes of a request's body.
  package var bodyBytes = 64 << 10
  /// The most connections of one listener.
  package var connections = 100

  /// Makes the defaults.
  package init() {}

  /// Makes limits for a listener whose requests are larger.
  package init(request: Duration, handshake: Duration, stop: Duration, bodyBytes: Int, connections: Int) {
    requestTime = .nanoseconds(request.nanoseconds)
    handshakeTime = .nanoseconds(handshake.nanoseconds)
    stopTime = .nanoseconds(stop.nanoseconds)
    self.bodyBytes = bodyBytes
    self.connections = connections
  }
}
