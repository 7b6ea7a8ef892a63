import NIOCore

/// The first handler of a connection, by which its guard learns of bytes before they are read as HTTP.
final class ByteWatch: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let requestGuard: RequestGuard
  private var guardContext: ChannelHandlerContext?

  init(_ requestGuard: RequestGuard) { self.requestGuard = requestGuard }

  func handlerRemoved(context: ChannelHandlerContext) { guardContext = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // The guard's own place, from which it writes and closes.
    let place = guardContext ?? (try? context.pipeline.syncOperations.context(handler: requestGuard))
    guardContext = place
    if let place { requestGuard.bytesCame(unwrapInboundIn(data).readableBytes, place) }
    context.fireChannelRead(data)
    if let place { requestGuard.bytesWereRead(place) }
  }
}
