import HTTPTypes
import NIOCore

/// The only handler of a connection that is one too many: it tells why, and closes.
final class ExcessRefusal: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// The response, which no request is read for.
  private static let response: String = {
    let body = Problem(.serviceUnavailable, "this listener has too many connections; try again in a second")
      .json
    return "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\nretry-after: 1\r\n"
      + "content-length: \(body.utf8.count)\r\nconnection: close\r\n\r\n\(body)"
  }()

  func channelActive(context: ChannelHandlerContext) {
    let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: Self.response)))
    written.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
  }
}
