import HTTPTypes
import NIOCore

/// The outermost handler of a connection with TLS: a client that speaks plain HTTP is told so, and a connection ends without
/// TLS' goodbye where nobody waits for that.
package final class TLSEdge: ChannelDuplexHandler, RemovableChannelHandler {
  package typealias InboundIn = ByteBuffer
  package typealias InboundOut = ByteBuffer
  package typealias OutboundIn = ByteBuffer
  package typealias OutboundOut = ByteBuffer

  /// The order to end the connection at once.
  struct Cut: Sendable {}

  private enum State {
    case new, secured, refused
  }

  /// The first byte of a handshake: the content type of RFC 8446 §5.1.
  private static let handshake: UInt8 = 22

  private var state = State.new

  /// Makes the handler of a connection that has sent nothing.
  package init() {}

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if state == .new, let first = unwrapInboundIn(data).readableBytesView.first {
      state = first == Self.handshake ? .secured : .refused
      if state == .refused { refuse(context) }
    }
    if state != .refused { context.fireChannelRead(data) }
  }

  package func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    // What is behind the refusal is read and dropped: closing over it would take the refusal back.
    if state == .refused { context.read() }
  }

  package func triggerUserOutboundEvent(
    context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
  ) {
    guard event is Cut else { return context.triggerUserOutboundEvent(event, promise: promise) }
    context.close(promise: promise)
  }

  /// Says in plain text what is wrong; the end comes with the client's, or with the time for the handshake.
  private func refuse(_ context: ChannelHandlerContext) {
    let problem = Problem(.badRequest, "this address speaks TLS; send the request to https://")
    let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: problem.lastResponse)))
    written.assumeIsolated().whenComplete { _ in context.close(mode: .output, promise: nil) }
  }
}
