import NIOCore
import NIOSSL

/// One client's connection to a server; it stays with its event loop.
package final class HTTP2ServerConnection {
  /// A number that no other connection of the server has; 1 for the first.
  package let id: Int
  package let peer: HTTP2Peer
  let channel: HTTP2Channel
  let limits: HTTP2Server.Limits
  let counters: HTTP2ServerCounters
  private let settings: HTTP2Settings
  private let nioChannel: any Channel
  private let makeHandler: () -> any HTTP2ServerHandler
  /// The handler; nil before TLS is complete.
  private(set) var handler: (any HTTP2ServerHandler)?
  private var headers = HTTP2HeaderBlock()
  var state: HTTP2ServerConnectionState

  init(
    id: Int, _ peer: HTTP2Peer, _ nioChannel: any Channel, _ loop: HTTP2ServerLoop, isSecured: Bool,
    _ makeHandler: @escaping () -> any HTTP2ServerHandler
  ) {
    self.id = id
    self.peer = peer
    limits = loop.options.limits
    counters = loop.counters
    settings = loop.options.settings
    self.nioChannel = nioChannel
    self.makeHandler = makeHandler
    channel = HTTP2Channel(isSecured: isSecured)
    state = HTTP2ServerConnectionState(loop.options.limits)
    // The channel holds its connection until it ends.
    channel.events.ready = { _, _ in self.begin() }
    channel.events.turned = { self.shareInFlight() }
    channel.events.blocked = { self.look(in: self.limits.unread) }
    channel.events.ended = { self.end($0) }
  }

  private func begin() {
    channel.session = HTTP2Session(
      isServer: true, settings: settings, keepsAllHeaders: true,
      bounds: HTTP2Session.Bounds(headerList: limits.headerList, body: limits.body), delegate: self)
    enter(.greeting)
    let handler = makeHandler()
    self.handler = handler
    handler.opened(self)
    channel.flush()
  }

  private func end(_ failure: ConnectionFailure?) {
    noteEnd(failure)
    for (_, stream) in channel.session?.takeStreams() ?? [] { release(stream) }
    handler?.closed(self)
    handler = nil
  }

  /// The client's certificate, DER; nil where it showed none.
  package var peerCertificate: [UInt8]? {
    guard let certificate = try? nioChannel.pipeline.syncOperations.nioSSL_peerCertificate() else {
      return nil
    }
    return try? certificate.toDERBytes()
  }

  /// The highest stream that the client has opened.
  package var lastStreamID: Int32 { channel.session?.lastStreamID ?? 0 }

  /// The requests that have no answer yet.
  package var openStreams: Int { channel.session?.streams.count ?? 0 }

  // MARK: Answers

  /// Answers a request; a stream that is gone or answered is left as it is.
  ///
  /// - Parameter pieceSize: how many bytes of the body each DATA frame has, with an empty one at the end; nil for as
  ///   few frames as do.
  package func respond(
    _ stream: Int32, status: Int, headers fields: [HTTP2Header] = [], body: [UInt8] = [],
    pieceSize: Int? = nil
  ) {
    prepare(stream, status, fields, body, pieceSize: pieceSize)
    channel.flush()
  }

  /// Answers a request with the next flush.
  func prepare(
    _ id: Int32, _ status: Int, _ fields: [HTTP2Header], _ body: [UInt8], pieceSize: Int? = nil
  ) {
    guard let session = channel.session, let stream = session.streams[id] else { return }
    headers.removeLast(to: 0)
    headers.add(":status", "\(status)")
    for field in fields {
      headers.add(field.name, field.value, isIndexed: !field.name.hasPrefix("apns-"))
    }
    guard session.respond(id, &headers, body: body, pieceSize: pieceSize) else { return }
    stream.since = .now()
    count(stream)
    look(at: stream.since + .nanoseconds(of: min(limits.unread, limits.request)))
  }

  /// Ends a stream with RST_STREAM and an error code of RFC 9113 §7.
  package func reset(_ stream: Int32, code: UInt32) {
    channel.session?.reset(stream, HTTP2ErrorCode(rawValue: code))
    channel.flush()
  }

  /// Tells the client how many streams it may have open.
  package func update(maxConcurrentStreams: UInt32) {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = maxConcurrentStreams
    channel.session?.submit(settings)
    channel.flush()
  }

  // MARK: The end

  /// Tells the client to go away.
  ///
  /// - Parameter lastStreamID: the last stream that was looked at; nil for the last that came.
  package func goAway(lastStreamID: Int32?, code: UInt32, debug: [UInt8]) {
    channel.session?.goAway(
      lastStreamID: lastStreamID ?? self.lastStreamID, HTTP2ErrorCode(rawValue: code), debug: debug)
    channel.flush()
  }

  /// Ends the connection behind what is written.
  package func close() { channel.close() }

  /// Ends the connection with TCP's reset.
  package func abort() { channel.abort() }

  /// Stops reading from the socket for good, so that the client is slowed down.
  package func pauseReading() {
    state.reading = .stopped
    channel.setReading(false)
  }

  /// Runs something later, on the event loop of the connection.
  package func schedule(after delay: Duration, _ body: @escaping () -> Void) {
    let body = NIOLoopBound(body, eventLoop: nioChannel.eventLoop)
    nioChannel.eventLoop.scheduleTask(in: .nanoseconds(of: delay)) { body.value() }
  }

  /// Runs something at a time, on the event loop of the connection.
  func schedule(at time: NIODeadline, _ body: @escaping () -> Void) -> Scheduled<Void> {
    nioChannel.eventLoop.assumeIsolated().scheduleTask(deadline: time, body)
  }
}

extension HTTP2ServerConnection: HTTP2SessionDelegate {
  func frameBegan(_ frame: HTTP2Session.FrameHeader) {
    if state.meter.isFlooded(by: frame, now: .now()) { calm() }
  }

  func requestBegan(_ stream: HTTP2Stream, _ id: Int32) {
    stream.since = .now()
    state.lastActivity = stream.since
    counters.changeRequests(by: 1)
    if state.phase == .leaving {
      // The client was told that this one is not looked at, and sends it again elsewhere.
      stream.intake = .discarded
      channel.session?.reset(id, .refusedStream)
    } else {
      look(at: stream.since + .nanoseconds(of: limits.request))
    }
  }

  func bodyGrew(_ stream: HTTP2Stream) { count(stream) }

  func headEnded(_ stream: HTTP2Stream, _ id: Int32) {
    count(stream)
    handler?.began(HTTP2Request(stream: id, headers: stream.headers, body: []), self)
  }

  func messageEnded(_ stream: HTTP2Stream, _ id: Int32) {
    handler?.received(HTTP2Request(stream: id, headers: stream.headers, body: stream.received), self)
  }

  func exceeded(_ stream: HTTP2Stream, _ id: Int32, _ refusal: HTTP2Refusal) {
    count(stream)
    counters.refuse(refusal.cause)
    handler?.refused(HTTP2Request(stream: id, headers: stream.headers, body: stream.received), refusal, self)
    if !stream.isAnswered { channel.session?.reset(id, .cancel) }
  }

  func streamClosed(_ stream: HTTP2Stream, _ id: Int32, _ code: HTTP2ErrorCode) {
    let now = NIODeadline.now()
    state.lastActivity = now
    release(stream)
    if stream.hasResponded || code == .noError && stream.isAnswered {
      state.meter.reward()
    } else {
      handler?.cancelled(id)
      if state.meter.isFlooded(now: now) { calm() }
    }
  }

  func settingsReceived() { if state.phase == .greeting { enter(.open) } }

  func goAwayReceived(lastStreamID: Int32, _ code: HTTP2ErrorCode, debug: [UInt8]) {}

  func pongReceived() { if case .announced(let reason) = state.phase { sayGoodbye(reason) } }
}

extension HTTP2Refusal {
  fileprivate var cause: HTTP2ServerCounters.Cause {
    switch self {
    case .headersTooLarge: .headers
    case .bodyTooLarge: .body
    case .tooSlow: .slow
    }
  }
}
