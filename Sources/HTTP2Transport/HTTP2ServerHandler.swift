/// A request as it has come.
package struct HTTP2Request: Sendable {
  package var stream: Int32
  /// In the order in which they came, `:path` and its like among them.
  package var headers: [HTTP2Header]
  package var body: [UInt8]

  /// Returns the value of a header, by its name in small letters.
  package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// The cause for which a server refuses a request before it is whole.
package enum HTTP2Refusal: Sendable, CaseIterable {
  /// The header list is larger than ``HTTP2Server/Limits/headerList``.
  case headersTooLarge
  /// The body is larger than ``HTTP2Server/Limits/body``.
  case bodyTooLarge
  /// The request was not complete within ``HTTP2Server/Limits/request``.
  case tooSlow

  /// The status that says so (RFC 9110 §15.5, RFC 6585 §5).
  package var status: Int {
    switch self {
    case .headersTooLarge: 431
    case .bodyTooLarge: 413
    case .tooSlow: 408
    }
  }
}

/// The handler of one connection's requests, called on its event loop.
package protocol HTTP2ServerHandler: AnyObject {
  /// Begins a connection, whose TLS is complete.
  func opened(_ connection: HTTP2ServerConnection)
  /// Receives the headers of a request, before its body.
  ///
  /// A response that is given here ends the request: ``received(_:_:)`` is not called for it, what else comes of
  /// it is dropped, and the client is asked not to send the rest where it goes on to do so (RFC 9113 §8.1).
  func began(_ head: HTTP2Request, _ connection: HTTP2ServerConnection)
  /// Receives a whole request.
  func received(_ request: HTTP2Request, _ connection: HTTP2ServerConnection)
  /// Answers a request that is refused, with what of it was kept.
  ///
  /// The stream is reset where there is no response on return. ``received(_:_:)`` is not called for it.
  func refused(_ request: HTTP2Request, _ refusal: HTTP2Refusal, _ connection: HTTP2ServerConnection)
  /// The client has given up on a request, or its stream broke off.
  func cancelled(_ stream: Int32)
  /// Ends a connection; no call follows.
  func closed(_ connection: HTTP2ServerConnection)
}

extension HTTP2ServerHandler {
  package func began(_ head: HTTP2Request, _ connection: HTTP2ServerConnection) {}

  package func refused(
    _ request: HTTP2Request, _ refusal: HTTP2Refusal, _ connection: HTTP2ServerConnection
  ) { connection.respond(request.stream, status: refusal.status) }
}
