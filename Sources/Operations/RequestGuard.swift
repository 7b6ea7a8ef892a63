import EventLoop
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOTLS

/// The guard of one connection, in front of Hummingbird: it has the deadlines and limits, refuses what breaks a rule with a
/// body that says so, and closes.
///
/// It belongs to the connection's event loop.
package final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
  package typealias InboundIn = HTTPServerRequestPart
  package typealias InboundOut = HTTPServerRequestPart
  package typealias OutboundIn = HTTPServerResponsePart
  package typealias OutboundOut = HTTPServerResponsePart

  /// The event by which a connection learns that the service stops.
  package struct Stop: Sendable {
    /// Makes the event.
    package init() {}
  }

  /// The event by which a connection is ended at once.
  struct Cut: Sendable {}

  /// The progress of the request that is read.
  private enum Input: Equatable {
    /// TLS comes first.
    case handshake
    case none
    case head(bytes: Int)
    case body(bytes: Int)
    /// No further request is read.
    case closed
  }

  private let limits: RequestLimits
  private let connections: Connections
  /// The problem that every request of this peer has.
  private let standing: Problem?
  private let isSecured: Bool
  /// A connection must begin a request in the time that a request has.
  private var input: Input
  /// The requests that were passed on and are not answered: whether their connection stays open behind each.
  private var answers: [Bool] = []
  private var isAnswering = false
  private var unflushed = 0
  /// The refusal that is written once `owed` requests are unanswered still: the refused one itself, where it was passed on.
  private var refusal: (problem: Problem, owed: Int)?
  private var isStopping = false
  private var isLingering = false
  private var closePromises: [EventLoopPromise<Void>?] = []
  private let deadline = ConnectionDeadline()

  /// Makes a guard of a connection that has begun.
  ///
  /// - Parameters:
  ///   - standing: the problem that every request of this peer has.
  ///   - isSecured: true for a connection that begins with the handshake of TLS.
  package init(
    _ limits: RequestLimits, _ connections: Connections, standing: Problem?, isSecured: Bool = false
  ) {
    self.isSecured = isSecured
    input = isSecured ? .handshake : .head(bytes: 0)
    self.limits = limits
    self.connections = connections
    self.standing = standing
  }

  package func handlerAdded(context: ChannelHandlerContext) { update(context) }

  package func handlerRemoved(context: ChannelHandlerContext) { end(context) }

  package func channelInactive(context: ChannelHandlerContext) {
    end(context)
    context.fireChannelInactive()
  }

  private func end(_ context: ChannelHandlerContext) {
    deadline.cancel()
    connections.remove(context.channel)
    for promise in closePromises { promise?.succeed() }
    closePromises = []
  }

  // MARK: Requests

  /// Counts bytes that have come, before they are read as HTTP.
  func bytesCame(_ count: Int, _ context: ChannelHandlerContext) {
    switch input {
    case .none: input = .head(bytes: count)
    case .head(let bytes): input = .head(bytes: bytes + count)
    case .handshake, .body, .closed: return
    }
    update(context)
  }

  /// Refuses a head that has not ended although all that may be sent of one has come.
  func bytesWereRead(_ context: ChannelHandlerContext) {
    if case .head(let bytes) = input, bytes > limits.headerBytes { refuse(.headTooLarge(limits), context) }
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch (unwrapInboundIn(data), input) {
    case (_, .closed): return
    case (.head(let head), _): begin(head, data, context)
    case (.body(let bytes), .body(let count)):
      input = .body(bytes: count + bytes.readableBytes)
      if count + bytes.readableBytes > limits.bodyBytes { return refuse(.tooLarge(limits), context) }
      context.fireChannelRead(data)
    case (.body, _): return
    case (.end, _):
      input = answers.last == false ? .closed : .none
      update(context)
      context.fireChannelRead(data)
    }
  }

  private func begin(_ head: HTTPRequestHead, _ data: NIOAny, _ context: ChannelHandlerContext) {
    if let problem = standing ?? RequestCheck.problem(head, limits) { return refuse(problem, context) }
    if isStopping { return refuse(.stopping, context) }
    input = .body(bytes: 0)
    answers.append(head.isKeepAlive)
    if head.version == .http1_1, head.headers.contains(name: "expect"), answers.count == 1 {
      context.writeAndFlush(
        wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
    }
    update(context)
    context.fireChannelRead(data)
  }

  package func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    // What is sent behind a refusal is read and dropped: closing over it would take the refusal back.
    if isLingering { context.read() }
  }

  package func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let error = error as? HTTPParserError { return refuse(.unreadable(error, limits), context) }
    // It says again that the request was refused, and its text has the client's bytes: perhaps a key.
    if error is ByteToMessageDecoderError { return }
    context.fireErrorCaught(error)
  }

  package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is Stop: stop(context)
    case is Cut: cut(context)
    case TLSUserEvent.handshakeCompleted where input == .handshake:
      input = .head(bytes: 0)
      update(context)
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  private func stop(_ context: ChannelHandlerContext) {
    isStopping = true
    // A handler that waits for a body would hold the stop.
    if case .body = input, answers.count == 1, !isAnswering { return refuse(.stopping, context) }
    guard answers.isEmpty else { return }
    if case .head(let bytes) = input, bytes > 0 { return refuse(.stopping, context) }
    if input == .handshake { cut(context) } else { context.close(promise: nil) }
  }

  /// Ends the connection at once, past TLS, which would say goodbye and wait for an answer.
  private func cut(_ context: ChannelHandlerContext) {
    if isSecured {
      context.triggerUserOutboundEvent(TLSEdge.Cut(), promise: nil)
    } else {
      context.close(promise: nil)
    }
  }

  // MARK: Responses

  package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if isLingering {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    switch unwrapOutboundIn(data) {
    case .head(let head): writeHead(head, promise, context)
    case .body: context.write(data, promise: promise)
    case .end: writeEnd(data, promise, context)
    }
  }

  private func writeHead(
    _ head: HTTPResponseHead, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext
  ) {
    var head = head
    isAnswering = true
    unflushed += 1
    head.headers.replaceOrAdd(name: "date", value: HTTPDate.now)
    if isStopping || answers.first != true { head.headers.replaceOrAdd(name: "connection", value: "close") }
    context.write(wrapOutboundOut(.head(head)), promise: promise)
    update(context)
  }

  private func writeEnd(_ data: NIOAny, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext)
  {
    let isLast = answers.isEmpty || !answers.removeFirst() || isStopping
    isAnswering = false
    let flushed = context.eventLoop.makePromise(of: Void.self)
    flushed.futureResult.assumeIsolated().whenComplete { _ in self.endAnswer(isLast, context) }
    if let promise { flushed.futureResult.cascade(to: promise) }
    context.write(data, promise: flushed)
    if !isLast { writeRefusal(context) }
  }

  private func endAnswer(_ isLast: Bool, _ context: ChannelHandlerContext) {
    unflushed -= 1
    if isLast { linger(context) } else { update(context, isAnew: true) }
  }

  // MARK: Refusals and the end

  /// Refuses the request that is read, once those before it are answered; the connection ends with that.
  private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
    guard refusal == nil else { return }
    if case .body = input {
      // It was answered before all of it came: it has no second answer.
      if answers.isEmpty { return linger(context) }
      refusal = (problem, 1)
    } else {
      refusal = (problem, 0)
    }
    input = .closed
    writeRefusal(context)
    update(context)
  }

  private func writeRefusal(_ context: ChannelHandlerContext) {
    guard let refusal, answers.count <= refusal.owed, !isLingering else { return }
    // Its answer has begun: nothing else can be said.
    if isAnswering { return linger(context) }
    let body = context.channel.allocator.buffer(string: refusal.problem.json + "\n")
    context.write(wrapOutboundOut(.head(refusal.problem.head(length: body.readableBytes))), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    linger(context)
  }

  /// Ends the connection: nothing more is written, and what comes is dropped for a moment.
  private func linger(_ context: ChannelHandlerContext) {
    guard !isLingering else { return }
    isLingering = true
    input = .closed
    context.close(mode: .output, promise: nil)
    context.read()
    update(context)
  }

  package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    // Hummingbird closes as soon as its answer is written.
    if isLingering, mode == .all {
      closePromises.append(promise)
    } else {
      context.close(mode: mode, promise: promise)
    }
  }

  private func update(_ context: ChannelHandlerContext, isAnew: Bool = false) {
    connections.update(context.channel, isIdle: isIdle)
    deadline.set(wait, isAnew: isAnew, context, limits) { [self] in expire(context) }
  }

  /// A Boolean value that indicates whether another connection may have its place: nothing is being answered, also where a
  /// part of a head has come, which costs a client nothing.
  private var isIdle: Bool { answers.isEmpty && unflushed == 0 }

  private var wait: ConnectionDeadline.Wait? {
    if isLingering { return .linger }
    if unflushed > 0 { return .response }
    switch input {
    case .handshake: return .handshake
    case .head, .body: return .request
    case .none where answers.isEmpty: return .idle
    case .none, .closed: return nil
    }
  }

  private func expire(_ context: ChannelHandlerContext) {
    if deadline.wait == .handshake { return cut(context) }
    guard deadline.wait == .request, input != .head(bytes: 0) else { return context.close(promise: nil) }
    refuse(.tooSlow(limits), context)
  }
}

extension Problem {
  /// The head of the response behind which the connection ends.
  fileprivate func head(length: Int) -> HTTPResponseHead {
    var fields: HTTPHeaders = [
      "content-type": "application/problem+json", "content-length": "\(length)", "date": HTTPDate.now,
      "cache-control": "no-store", "connection": "close",
    ]
    for field in headers { fields.add(name: field.name.rawName, value: field.value) }
    return HTTPResponseHead(version: .http1_1, status: .init(statusCode: status.code), headers: fields)
  }
}
