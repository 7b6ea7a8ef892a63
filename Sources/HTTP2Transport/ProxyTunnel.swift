import NIOCore
import NIOHTTP1

/// Asks an HTTP proxy for a tunnel to the target (RFC 9110 §9.3.6), and leaves the channel once there is one.
final class ProxyTunnel: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private let proxy: HTTP2ClientOptions.Proxy
  private let target: String
  /// Called once: nil where the tunnel stands.
  private var finish: ((ConnectionFailure?) -> Void)?

  /// - Parameters:
  ///   - host: the target's, a name or an address.
  ///   - finish: called on the event loop; nil where the tunnel stands.
  init(
    _ proxy: HTTP2ClientOptions.Proxy, host: String, port: Int, finish: @escaping (ConnectionFailure?) -> Void
  ) {
    self.proxy = proxy
    target = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    self.finish = finish
  }

  /// Adds the handlers that speak HTTP/1.1 with the proxy to a channel that is connected to it.
  func begin(on channel: any Channel) throws {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(HTTPRequestEncoder(), name: Self.encoder)
    try pipeline.addHandler(
      ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes)), name: Self.decoder)
    try pipeline.addHandler(self)
  }

  private static let encoder = "proxy-encoder"
  private static let decoder = "proxy-decoder"

  func handlerAdded(context: ChannelHandlerContext) {
    var head = HTTPRequestHead(version: .http1_1, method: .CONNECT, uri: target)
    head.headers.add(name: "host", value: target)
    if let authorization = proxy.authorization {
      head.headers.add(name: "proxy-authorization", value: authorization)
    }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      // Any status of success opens the tunnel.
      if !(200..<300).contains(head.status.code) { end(context, failure(Int(head.status.code))) }
    case .body: break
    case .end: leave(context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let cause =
      error is HTTPParserError
      ? "what answers there is no HTTP proxy" : "broke off: \(ConnectionFailure(error).cause)"
    end(context, ConnectionFailure(.proxy, "the proxy \(proxy): \(cause)"))
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(context, ConnectionFailure(.proxy, "the proxy \(proxy) ended the connection without an answer"))
    context.fireChannelInactive()
  }

  /// Takes the handlers of HTTP/1.1 out; what stands behind them is the target.
  private func leave(_ context: ChannelHandlerContext) {
    guard let finish else { return }
    self.finish = nil
    let pipeline = context.pipeline.syncOperations
    let removed = [
      pipeline.removeHandler(name: Self.encoder), pipeline.removeHandler(name: Self.decoder),
      pipeline.removeHandler(context: context),
    ]
    EventLoopFuture.andAllSucceed(removed, on: context.eventLoop).assumeIsolated().whenComplete {
      if case .failure(let error) = $0 { finish(ConnectionFailure(error)) } else { finish(nil) }
    }
  }

  private func end(_ context: ChannelHandlerContext, _ failure: ConnectionFailure) {
    guard let finish else { return }
    self.finish = nil
    finish(failure)
    context.close(promise: nil)
  }

  /// Returns the failure that a proxy's refusal stands for.
  private func failure(_ status: Int) -> ConnectionFailure {
    let isKnown = proxy.authorization != nil
    return switch status {
    case 401, 407:
      ConnectionFailure(
        .proxyPassword,
        "the proxy \(proxy) \(isKnown ? "does not accept the user or the password" : "wants a user and a password")"
          + " (status \(status))")
    case 403:
      ConnectionFailure(.proxyRefusal, "the proxy \(proxy) does not allow \(target) (status 403)")
    case 500, 502, 503, 504:
      ConnectionFailure(.proxyTarget, "the proxy \(proxy) does not reach \(target) (status \(status))")
    case 400, 404, 405, 501:
      ConnectionFailure(.proxy, "what answers at \(proxy) does not know CONNECT (status \(status))")
    default: ConnectionFailure(.proxy, "the proxy \(proxy) refuses \(target) (status \(status))")
    }
  }
}
