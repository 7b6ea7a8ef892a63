import HTTPTypes
import NIOCore

/// The only handler of a connection that is one too many: it tells why, and closes.
final class ExcessRefusal: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// The response, which no request is read for.
  private static let response =
    Problem(
      .serviceUnavailable, "this listener has too many connections; try again in a second",
      headers: [.retryAfter: "1"]
    ).lastResponse

  func channelActive(context: ChannelHandlerContext) {
    let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: Self.response)))
    written.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
  }
}
