import NIOCore
import NIOSSL

/// One client's connection to a server; it stays with its event loop.
package final class HTTP2ServerConnection: HTTP2SessionDelegate {
  /// 1 for the first connection of the server.
  package let id: Int
  let channel = HTTP2Channel()
  private let options: HTTP2Server.Options
  private let handler: any HTTP2ServerHandler
  private let nioChannel: any Channel
  private var headers = HTTP2HeaderBlock()

  init(
    id: Int, _ options: HTTP2Server.Options, _ handler: any HTTP2ServerHandler, _ nioChannel: any Channel
  ) {
    self.id = id
    self.options = options
    self.handler = handler
    self.nioChannel = nioChannel
    // The channel holds its connection until it ends.
    channel.events.ready = { channel, _ in
      channel.session = HTTP2Session(
        isServer: true, settings: self.options.settings, keepsAllHeaders: true,
        bodyLimit: self.options.bodyLimit, delegate: self)
      self.handler.opened(self)
      channel.flush()
    }
    channel.events.ended = { _ in
      _ = self.channel.session?.takeStreams()
      self.handler.closed(self)
    }
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

  /// Answers a request.
  ///
  /// - Parameter pieceSize: how many bytes of the body each DATA frame has, with an empty one at the end; nil for as
  ///   few frames as do.
  package func respond(
    _ stream: Int32, status: Int, headers fields: [HTTP2Header] = [], body: [UInt8] = [],
    pieceSize: Int? = nil
  ) {
    headers.removeLast(to: 0)
    headers.add(":status", "\(status)")
    for field in fields { headers.add(field.name, field.value, isIndexed: !field.name.hasPrefix("apns-")) }
    _ = channel.session?.respond(stream, &headers, body: body, pieceSize: pieceSize)
    channel.flush()
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

  /// Stops reading from the socket, so that the client is slowed down.
  package func pauseReading() { channel.pauseReading() }

  /// Runs something later, on the event loop of the connection.
  package func schedule(after delay: Duration, _ body: @escaping () -> Void) {
    let body = NIOLoopBound(body, eventLoop: nioChannel.eventLoop)
    nioChannel.eventLoop.scheduleTask(in: .nanoseconds(of: delay)) { body.value() }
  }

  // MARK: Events

  func messageEnded(_ stream: HTTP2Stream, _ id: Int32) {
    handler.received(HTTP2Request(stream: id, headers: stream.headers, body: stream.received), self)
  }

  func streamClosed(_ stream: HTTP2Stream, _ id: Int32, _ code: HTTP2ErrorCode) {
    if code != .noError { handler.cancelled(id) }
  }
  func settingsReceived() {}
  func goAwayReceived(lastStreamID: Int32, _ code: HTTP2ErrorCode, debug: [UInt8]) {}
  func pongReceived() {}
}
