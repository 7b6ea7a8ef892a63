import CNGHTTP2
import NIOCore

/// The receiver of a session's events: the connection that owns it.
protocol HTTP2SessionDelegate: AnyObject {
  /// A frame's header has come; of a server's session alone.
  func frameBegan(_ frame: HTTP2Session.FrameHeader)
  /// A request's first frame has come; of a server's session alone.
  func requestBegan(_ stream: HTTP2Stream, _ id: Int32)
  /// More of a request's body has come; of a server's session alone.
  func bodyGrew(_ stream: HTTP2Stream)
  /// A request's headers have come whole; of a server's session alone.
  func headEnded(_ stream: HTTP2Stream, _ id: Int32)
  /// A request is larger than the session's bounds; of a server's session alone.
  func exceeded(_ stream: HTTP2Stream, _ id: Int32, _ refusal: HTTP2Refusal)
  /// The other side's part of a stream has come whole.
  func messageEnded(_ stream: HTTP2Stream, _ id: Int32)
  /// A stream is over, on both sides or by a failure.
  func streamClosed(_ stream: HTTP2Stream, _ id: Int32, _ code: HTTP2ErrorCode)
  func settingsReceived()
  func goAwayReceived(lastStreamID: Int32, _ code: HTTP2ErrorCode, debug: [UInt8])
  func pongReceived()
}

extension HTTP2SessionDelegate {
  func frameBegan(_ frame: HTTP2Session.FrameHeader) {}
  func requestBegan(_ stream: HTTP2Stream, _ id: Int32) {}
  func bodyGrew(_ stream: HTTP2Stream) {}
  func headEnded(_ stream: HTTP2Stream, _ id: Int32) {}
  func exceeded(_ stream: HTTP2Stream, _ id: Int32, _ refusal: HTTP2Refusal) {}
}

/// One side of an HTTP/2 connection: bytes in, events and bytes out, by libnghttp2 (RFC 9113).
///
/// No thread and no socket is in it; everything happens on the event loop of the connection.
final class HTTP2Session {
  /// The most bytes of a message that are kept.
  struct Bounds {
    /// Of its headers, as RFC 9113 §6.5.2 counts them.
    var headerList = Self.mostHeaderBytes
    var body: Int

    static let mostHeaderBytes = 64 << 10
    /// The bytes that a client may send behind a response before its stream is reset.
    static let mostDroppedBytes = 4 << 20
  }

  /// The header of a frame that comes.
  struct FrameHeader {
    var type: nghttp2_frame_type
    var length: Int
    var isLast: Bool
  }

  /// The receiver of events; unowned, since a connection owns its session.
  unowned var delegate: any HTTP2SessionDelegate
  var streams: [Int32: HTTP2Stream] = [:]
  /// The highest stream that the other side has opened.
  var lastStreamID: Int32 = 0

  let isServer: Bool
  /// True when the headers of status 200 are kept, too.
  let keepsAllHeaders: Bool
  let bounds: Bounds
  private(set) var session: OpaquePointer?

  /// - Parameters:
  ///   - settings: what this side says of itself.
  ///   - keepsAllHeaders: whether the headers of a response that tells of success are kept, too.
  ///   - bounds: the most bytes of a message that are kept; a client passes over the rest, a server refuses the request.
  init(
    isServer: Bool, settings: HTTP2Settings, keepsAllHeaders: Bool, bounds: Bounds,
    delegate: any HTTP2SessionDelegate
  ) {
    self.isServer = isServer
    self.keepsAllHeaders = keepsAllHeaders
    self.bounds = bounds
    self.delegate = delegate
    var callbacks: OpaquePointer?
    nghttp2_session_callbacks_new(&callbacks)
    Self.set(callbacks)
    if isServer { Self.setServer(callbacks) }
    var option: OpaquePointer?
    nghttp2_option_new(&option)
    // Closed streams are for priorities, which APNs ignores; without them memory stays flat.
    nghttp2_option_set_no_closed_streams(option, 1)
    // APNs has been seen to send SETTINGS around every reject: two for each of a thousand streams may come in one
    // turn, and libnghttp2 takes a thousand that are not acknowledged yet for an attack. A server counts frames itself
    // (FloodMeter), and says ENHANCE_YOUR_CALM where libnghttp2 says nothing or INTERNAL_ERROR.
    nghttp2_option_set_max_outbound_ack(option, 100_000)
    nghttp2_option_set_stream_reset_rate_limit(option, 1 << 40, 1 << 40)
    let own = Unmanaged.passUnretained(self).toOpaque()
    if isServer {
      nghttp2_session_server_new2(&session, callbacks, own, option)
    } else {
      nghttp2_session_client_new2(&session, callbacks, own, option)
    }
    nghttp2_option_del(option)
    nghttp2_session_callbacks_del(callbacks)
    submit(settings)
  }

  deinit { nghttp2_session_del(session) }

  // MARK: Bytes

  /// Takes what the other side sent; nil, or why the connection cannot go on.
  func receive(_ bytes: UnsafeRawBufferPointer) -> String? {
    let count = nghttp2_session_mem_recv(
      session, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
    return count < 0 ? String(cString: nghttp2_strerror(Int32(count))) : nil
  }

  /// Adds what is to be sent to `buffer`, up to about `limit` bytes; nil, or why the connection cannot go on.
  func drain(into buffer: inout NIOCore.ByteBuffer, limit: Int) -> String? {
    while buffer.readableBytes < limit {
      var bytes: UnsafePointer<UInt8>?
      let count = nghttp2_session_mem_send(session, &bytes)
      if count < 0 { return String(cString: nghttp2_strerror(Int32(count))) }
      if count == 0 { return nil }
      buffer.writeBytes(UnsafeRawBufferPointer(start: bytes, count: count))
    }
    return nil
  }

  /// True when neither side wants to read or write any more.
  var isOver: Bool {
    nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
  }

  // MARK: Frames

  func submit(_ settings: HTTP2Settings) {
    let entries = settings.entries
    nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), entries, entries.count)
  }

  /// The streams that the other side allows at a time.
  var peerMaxConcurrentStreams: UInt32 {
    nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
  }

  /// Sends a request; nil where no further stream can be opened on this connection.
  func request(_ headers: inout HTTP2HeaderBlock, body: [UInt8], tag: UInt64) -> Int32? {
    let stream = HTTP2Stream(tag: tag, body: body)
    var provider = Self.provider(of: stream)
    let pointer = Unmanaged.passUnretained(stream).toOpaque()
    let id = headers.withPairs { pairs, count in
      nghttp2_submit_request(session, nil, pairs, count, &provider, pointer)
    }
    guard id > 0 else { return nil }
    streams[id] = stream
    return id
  }

  /// Answers a request; false where the stream is gone, or answered.
  ///
  /// - Parameter pieceSize: how many bytes of the body each DATA frame has, with an empty one at the end; nil for as
  ///   few frames as do.
  func respond(
    _ id: Int32, _ headers: inout HTTP2HeaderBlock, body: [UInt8], pieceSize: Int? = nil
  ) -> Bool {
    guard let stream = streams[id], !stream.isAnswered else { return false }
    stream.body = body
    stream.sent = 0
    stream.pieceSize = pieceSize
    stream.isAnswered = true
    if !stream.isComplete { stream.intake = .discarded }
    var provider = Self.provider(of: stream)
    return headers.withPairs { pairs, count in
      body.isEmpty && pieceSize == nil
        ? nghttp2_submit_response(session, id, pairs, count, nil)
        : nghttp2_submit_response(session, id, pairs, count, &provider)
    } == 0
  }

  func reset(_ id: Int32, _ code: HTTP2ErrorCode) {
    nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, code.rawValue)
  }

  func goAway(lastStreamID: Int32, _ code: HTTP2ErrorCode, debug: [UInt8]) {
    nghttp2_submit_goaway(
      session, UInt8(NGHTTP2_FLAG_NONE.rawValue), lastStreamID, code.rawValue, debug, debug.count)
  }

  /// Tells the other side that the connection is about to end: a GOAWAY that accepts all streams still (RFC 9113 §6.8).
  func announceEnd() { nghttp2_submit_shutdown_notice(session) }

  /// Sends GOAWAY, and reads nothing more.
  func terminate(_ code: HTTP2ErrorCode) {
    nghttp2_session_terminate_session2(session, lastStreamID, code.rawValue)
  }

  func ping() { nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil) }

  /// Takes out the streams that are open, where the connection has ended under them.
  func takeStreams() -> [(id: Int32, stream: HTTP2Stream)] {
    defer { streams.removeAll() }
    return streams.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension HTTP2Session.FrameHeader {
  /// The kinds of frames that a server tells apart where it counts them.
  enum Kind {
    case headers
    case continuation
    case data
    case other
  }

  var kind: Kind {
    switch type {
    case NGHTTP2_HEADERS: .headers
    case NGHTTP2_CONTINUATION: .continuation
    case NGHTTP2_DATA: .data
    default: .other
    }
  }
}
