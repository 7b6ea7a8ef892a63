import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// The channel handler under both sides of a connection: bytes between the channel and a session.
///
/// What a turn of the event loop has to send leaves in one write at its end, and no more is taken out of the session
/// than the socket takes.
final class HTTP2Channel: ChannelInboundHandler {
  typealias InboundIn = NIOCore.ByteBuffer
  typealias OutboundOut = NIOCore.ByteBuffer

  /// What happens to a channel, told to the connection that it carries.
  struct Events {
    /// TLS stands.
    var ready: (HTTP2Channel) -> Void = { _ in }
    /// A turn of reading is over; what it led to can be sent.
    var turned: () -> Void = {}
    /// There is no connection any longer; with why, where something went wrong.
    var ended: (String?) -> Void = { _ in }
  }

  var events = Events()
  /// Set when TLS stands.
  var session: HTTP2Session?
  private(set) var context: ChannelHandlerContext?
  private var failure: String?
  private var hasEnded = false
  /// Whether libnghttp2 is at work, which must not be called for more from inside of its calls.
  private var isBusy = false
  private var isClosing = false
  private var isLeaving = false

  /// The name of TLS's handler in the pipeline.
  static let tlsName = "tls"
  /// The most bytes of one write.
  private static let writeLimit = 256 << 10

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
    self.context = nil
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? TLSUserEvent, case .handshakeCompleted = event { events.ready(self) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let session, !hasEnded else { return }
    isBusy = true
    let problem = unwrapInboundIn(data).withUnsafeReadableBytes { session.receive($0) }
    isBusy = false
    if let problem {
      fail("the other side broke HTTP/2: \(problem)")
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    events.turned()
    flush()
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      events.turned()
      flush()
    }
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // APNs and others close the socket without TLS's goodbye.
    if case NIOSSLError.uncleanShutdown = error {} else { failure = failure ?? Self.text(of: error) }
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
        fail("HTTP/2 failed: \(problem)")
        return
      }
      guard buffer.readableBytes > 0 else { break }
      context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }
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
    guard let context else { return }
    // Where the option is refused, an ordinary close has to do.
    (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenFailure {
      _ in
    }
    // Past TLS, which would say goodbye and wait for an answer.
    if let tls = try? context.pipeline.syncOperations.context(name: Self.tlsName) {
      tls.close(promise: nil)
    } else {
      context.close(promise: nil)
    }
  }

  /// Stops or resumes reading, which stops the other side once the buffers between are full.
  func setReading(_ isReading: Bool) {
    try? context?.channel.syncOptions?.setOption(.autoRead, value: isReading)
    if isReading { context?.read() }
  }

  private func fail(_ message: String) {
    failure = failure ?? message
    context?.close(promise: nil)
  }

  private func end() {
    guard !hasEnded else { return }
    hasEnded = true
    events.ended(failure)
    events = Events()
  }

  /// The cause in BoringSSL's text of an error, such as `CERTIFICATE_VERIFY_FAILED`.
  private static func words(of text: String) -> String {
    let cause = text.split(separator: ":").last { $0.contains("_") || $0.contains(" at ") } ?? Substring(text)
    return String(cause.split(separator: " ").first ?? cause)
  }

  /// An error of NIO as words.
  static func text(of error: any Error) -> String {
    switch error {
    case let error as IOError: String(cString: strerror(error.errnoCode))
    case let error as ChannelError: "\(error)"
    case BoringSSLError.sslError(let stack), NIOSSLError.handshakeFailed(.sslError(let stack)):
      "TLS: " + words(of: stack.first.map { "\($0)" } ?? "failed")
    // Also of what has no name of its own there; its text has paths of the machine that it was built on.
    case BoringSSLError.unknownError(let stack): "TLS: " + words(of: stack.first.map { "\($0)" } ?? "failed")
    default: "\(error)"
    }
  }
}
