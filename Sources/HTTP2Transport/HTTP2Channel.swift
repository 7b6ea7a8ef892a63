import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// The channel handler under both sides of a connection: bytes between the channel and a session.
///
/// All bytes of a turn of the event loop leave in one write at its end, and no more are taken out of the session than
/// the socket takes.
final class HTTP2Channel: ChannelInboundHandler {
  typealias InboundIn = NIOCore.ByteBuffer
  typealias OutboundOut = NIOCore.ByteBuffer

  /// The calls that report events of a channel to its connection.
  struct Events {
    /// TLS stands; with the protocol that the other side has chosen (ALPN), if any.
    var ready: (HTTP2Channel, String?) -> Void = { _, _ in }
    /// A turn of reading is over; what it led to can be sent.
    var turned: () -> Void = {}
    /// The other side does not read what is sent, or is slower than this side.
    var blocked: () -> Void = {}
    /// HTTP/2 has come to an end by itself; returns why, where that was not agreed on.
    var over: () -> ConnectionFailure? = { nil }
    /// There is no connection any longer; with why, where something went wrong.
    var ended: (ConnectionFailure?) -> Void = { _ in }
  }

  var events = Events()
  /// Set when TLS stands.
  var session: HTTP2Session?
  private(set) var context: ChannelHandlerContext?
  private var failure: ConnectionFailure?
  private var hasEnded = false
  /// True inside of a call of libnghttp2, which must not be called again from there.
  private var isBusy = false
  private(set) var isClosing = false
  /// A Boolean value that indicates whether the other side has sent anything over TLS.
  private var hasReceived = false
  private var isLeaving = false
  /// False where HTTP/2 begins without TLS: on Unix sockets.
  private let isSecured: Bool
  /// The time since which the socket takes nothing; nil while it does.
  private(set) var blockedSince: NIODeadline?

  /// The name of TLS's handler in the pipeline.
  static let tlsName = "tls"
  /// The most bytes of one write.
  private static let writeLimit = 256 << 10

  init(isSecured: Bool = true) { self.isSecured = isSecured }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    if !isSecured { events.ready(self, nil) }
    context.fireChannelActive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? TLSUserEvent, case .handshakeCompleted(let chosen) = event {
      events.ready(self, chosen)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let session, !hasEnded else { return }
    let bytes = unwrapInboundIn(data)
    if !hasReceived {
      hasReceived = true
      // libnghttp2 takes it for a frame that is too large.
      if bytes.readableBytesView.starts(with: "HTTP/".utf8) {
        fail(ConnectionFailure(.http2, "it answers with HTTP/1.1, not with HTTP/2"))
        return
      }
    }
    isBusy = true
    let problem = bytes.withUnsafeReadableBytes { session.receive($0) }
    isBusy = false
    if let problem { fail(ConnectionFailure(.http2, "it breaks HTTP/2: \(problem)")) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    events.turned()
    flush()
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      blockedSince = nil
      events.turned()
      flush()
    } else if blockedSince == nil {
      blockedSince = .now()
      events.blocked()
    }
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // APNs and others close the socket without TLS's goodbye.
    if case NIOSSLError.uncleanShutdown = error {} else { failure = failure ?? ConnectionFailure(error) }
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  /// Sends what the session has to send, unless who called will do so.
  func flush() {
    guard let context, let session, !isBusy, !hasEnded else { return }
    while context.channel.isWritable, !hasEnded {
      var buffer = context.channel.allocator.buffer(capacity: 16 << 10)
      isBusy = true
      let problem = session.drain(into: &buffer, limit: Self.writeLimit)
      isBusy = false
      if let problem {
        fail(ConnectionFailure(.http2, "HTTP/2 failed: \(problem)"))
        return
      }
      guard buffer.readableBytes > 0 else { break }
      context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }
    if session.isOver, !isClosing, let failure = events.over() { fail(failure) }
    if session.isOver || isClosing, context.channel.isWritable, !isLeaving {
      isLeaving = true
      // Behind what was written before: closing drops what the socket has not taken.
      let promise = context.eventLoop.makePromise(of: Void.self)
      context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(capacity: 0)), promise: promise)
      let own = NIOLoopBound(context, eventLoop: context.eventLoop)
      promise.futureResult.whenComplete { _ in own.value.close(promise: nil) }
    }
  }

  /// Ends the connection behind what is written.
  func close() {
    isClosing = true
    flush()
    if session == nil { context?.close(promise: nil) }
  }

  /// Ends the connection at once, with TCP's reset.
  func abort() {
    guard let context else {
      isClosing = true
      return
    }
    // Where the option is refused, an ordinary close has to do.
    (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenFailure {
      _ in
    }
    cut()
  }

  /// Ends the connection at once; what the kernel has taken is still delivered.
  func cut() {
    isClosing = true
    guard let context else { return }
    // Past TLS, which would say goodbye and wait for an answer.
    if let tls = try? context.pipeline.syncOperations.context(name: Self.tlsName) {
      tls.close(promise: nil)
    } else {
      context.close(promise: nil)
    }
  }

  /// Stops reading, which stops the other side once the buffers between are full, or goes on with it.
  func setReading(_ isReading: Bool) {
    try? context?.channel.syncOptions?.setOption(.autoRead, value: isReading)
  }

  /// Ends the connection for a reason that this side has found; the first one counts.
  private func fail(_ failure: ConnectionFailure) {
    refuse(failure)
    // At once: TLS waits for the other side's goodbye, which may never come.
    end()
    context?.close(promise: nil)
  }

  /// Notes why TLS is about to refuse the other side.
  func refuse(_ failure: ConnectionFailure) { self.failure = self.failure ?? failure }

  private func end() {
    guard !hasEnded else { return }
    hasEnded = true
    events.ended(failure)
    events = Events()
  }
}
