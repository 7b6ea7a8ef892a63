import CNGHTTP2
import NIOCore

/// One message that is on its way on a stream.
final class HTTP2Stream {
  /// The number by which the user of a client knows the request.
  let tag: UInt64
  var status = 0
  var headers: [HTTP2Header] = []
  var headerBytes = 0
  /// The bytes of the other side's body that have arrived.
  var received: [UInt8] = []
  var body: [UInt8]
  var sent = 0
  /// The most bytes of a DATA frame, where the body goes out in pieces.
  var pieceSize: Int?

  init(tag: UInt64, body: [UInt8]) {
    self.tag = tag
    self.body = body
  }
}

/// A header of a message.
package struct HTTP2Header: Sendable, Equatable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// The receiver of a session's events: the connection that owns it.
protocol HTTP2SessionDelegate: AnyObject {
  /// The other side's part of a stream has come whole.
  func messageEnded(_ stream: HTTP2Stream, _ id: Int32)
  /// A stream is over, on both sides or by a failure.
  func streamClosed(_ stream: HTTP2Stream, _ id: Int32, _ code: HTTP2ErrorCode)
  func settingsReceived()
  func goAwayReceived(lastStreamID: Int32, _ code: HTTP2ErrorCode, debug: [UInt8])
  func pongReceived()
}

/// One side of an HTTP/2 connection: bytes in, events and bytes out, by libnghttp2 (RFC 9113).
///
/// No thread and no socket is in it; everything happens on the event loop of the connection.
final class HTTP2Session {
  /// The receiver of events; unowned, since a connection owns its session.
  unowned var delegate: any HTTP2SessionDelegate
  private(set) var streams: [Int32: HTTP2Stream] = [:]
  /// The highest stream that the other side has opened.
  private(set) var lastStreamID: Int32 = 0

  private let isServer: Bool
  /// True when the headers of status 200 are kept, too.
  private let keepsAllHeaders: Bool
  private let bodyLimit: Int
  private var session: OpaquePointer?

  /// - Parameters:
  ///   - settings: what this side says of itself.
  ///   - keepsAllHeaders: whether the headers of a response that tells of success are kept, too.
  ///   - bodyLimit: how many bytes of a message's body are kept; the rest is passed over.
  init(
    isServer: Bool, settings: HTTP2Settings, keepsAllHeaders: Bool, bodyLimit: Int,
    delegate: any HTTP2SessionDelegate
  ) {
    self.isServer = isServer
    self.keepsAllHeaders = keepsAllHeaders
    self.bodyLimit = bodyLimit
    self.delegate = delegate
    var callbacks: OpaquePointer?
    nghttp2_session_callbacks_new(&callbacks)
    Self.set(callbacks)
    var option: OpaquePointer?
    nghttp2_option_new(&option)
    // Closed streams are for priorities, which APNs ignores; without them memory stays flat.
    nghttp2_option_set_no_closed_streams(option, 1)
    // APNs has been seen to send SETTINGS around every reject: two for each of a thousand streams may come in one
    // turn, and libnghttp2 takes a thousand that are not acknowledged yet for an attack.
    if !isServer { nghttp2_option_set_max_outbound_ack(option, 100_000) }
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

  /// Answers a request; false where the stream is gone.
  ///
  /// - Parameter pieceSize: how many bytes of the body each DATA frame has, with an empty one at the end; nil for as
  ///   few frames as do.
  func respond(
    _ id: Int32, _ headers: inout HTTP2HeaderBlock, body: [UInt8], pieceSize: Int? = nil
  ) -> Bool {
    guard let stream = streams[id] else { return false }
    stream.body = body
    stream.sent = 0
    stream.pieceSize = pieceSize
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

  func ping() { nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil) }

  /// Takes out the streams that are open, where the connection has ended under them.
  func takeStreams() -> [(id: Int32, stream: HTTP2Stream)] {
    defer { streams.removeAll() }
    return streams.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  // MARK: libnghttp2's calls

  private static func own(_ pointer: UnsafeMutableRawPointer?) -> HTTP2Session? {
    pointer.map { Unmanaged<HTTP2Session>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Reads a body from its stream, as much as flow control allows.
  private static func provider(of stream: HTTP2Stream) -> nghttp2_data_provider {
    var provider = nghttp2_data_provider()
    provider.source.ptr = Unmanaged.passUnretained(stream).toOpaque()
    provider.read_callback = { _, _, buffer, limit, flags, source, _ in
      guard let pointer = source?.pointee.ptr, let buffer, let flags else { return 0 }
      let stream = Unmanaged<HTTP2Stream>.fromOpaque(pointer).takeUnretainedValue()
      let count = min(limit, stream.body.count - stream.sent, stream.pieceSize ?? Int.max)
      stream.body.withUnsafeBytes {
        if count > 0, let start = $0.baseAddress {
          UnsafeMutableRawPointer(buffer).copyMemory(from: start + stream.sent, byteCount: count)
        }
      }
      stream.sent += count
      // In pieces, the end has a frame of its own.
      if stream.sent == stream.body.count, stream.pieceSize == nil || count == 0 {
        flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
      }
      return count
    }
    return provider
  }

  private static func set(_ callbacks: OpaquePointer?) {
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, own in
      if let frame { HTTP2Session.own(own)?.began(frame.pointee.hd.stream_id) }
      return 0
    }
    nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      _, frame, name, nameCount, value, valueCount, _, own in
      guard let frame, let session = HTTP2Session.own(own) else { return 0 }
      session.header(
        frame.pointee.hd.stream_id, UnsafeBufferPointer(start: name, count: nameCount),
        UnsafeBufferPointer(start: value, count: valueCount))
      return 0
    }
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, id, bytes, count, own in
      HTTP2Session.own(own)?.data(id, UnsafeBufferPointer(start: bytes, count: count))
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, own in
      if let frame { HTTP2Session.own(own)?.received(frame.pointee) }
      return 0
    }
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, own in
      HTTP2Session.own(own)?.closed(id, HTTP2ErrorCode(rawValue: code))
      return 0
    }
    // A request that could not be written any more, behind a GOAWAY perhaps: nobody has seen it.
    nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks) { _, frame, _, own in
      guard let frame, frame.pointee.hd.type == UInt8(NGHTTP2_HEADERS.rawValue) else { return 0 }
      HTTP2Session.own(own)?.closed(frame.pointee.hd.stream_id, .refusedStream)
      return 0
    }
  }

  private func began(_ id: Int32) {
    lastStreamID = max(lastStreamID, id)
    if isServer, streams[id] == nil { streams[id] = HTTP2Stream(tag: 0, body: []) }
  }

  private func header(
    _ id: Int32, _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>
  ) {
    guard let stream = streams[id] else { return }
    if !isServer, name.elementsEqual(Self.statusName) {
      stream.status = value.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
      return
    }
    guard isServer || keepsAllHeaders || stream.status != 200 else { return }
    stream.headerBytes += name.count + value.count
    guard stream.headerBytes <= Self.headerLimit else { return }
    stream.headers.append(
      HTTP2Header(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
  }

  private static let statusName = Array(":status".utf8)
  private static let headerLimit = 64 << 10

  private func data(_ id: Int32, _ bytes: UnsafeBufferPointer<UInt8>) {
    guard let stream = streams[id] else { return }
    stream.received.append(contentsOf: bytes.prefix(max(bodyLimit - stream.received.count, 0)))
  }

  private func received(_ frame: nghttp2_frame) {
    let isLast = frame.hd.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
    switch nghttp2_frame_type(UInt32(frame.hd.type)) {
    case NGHTTP2_HEADERS, NGHTTP2_DATA:
      if isLast, let stream = streams[frame.hd.stream_id] {
        delegate.messageEnded(stream, frame.hd.stream_id)
      }
    case NGHTTP2_SETTINGS:
      if frame.hd.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) == 0 { delegate.settingsReceived() }
    case NGHTTP2_PING:
      if frame.hd.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0 { delegate.pongReceived() }
    case NGHTTP2_GOAWAY:
      let debug = UnsafeBufferPointer(start: frame.goaway.opaque_data, count: frame.goaway.opaque_data_len)
      delegate.goAwayReceived(
        lastStreamID: frame.goaway.last_stream_id, HTTP2ErrorCode(rawValue: frame.goaway.error_code),
        debug: Array(debug.prefix(4096)))
    default: break
    }
  }

  private func closed(_ id: Int32, _ code: HTTP2ErrorCode) {
    guard let stream = streams.removeValue(forKey: id) else { return }
    delegate.streamClosed(stream, id, code)
  }
}
