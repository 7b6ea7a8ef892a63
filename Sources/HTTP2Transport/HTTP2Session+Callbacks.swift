import CNGHTTP2

/// libnghttp2's calls of a session.
extension HTTP2Session {
  private static func own(_ pointer: UnsafeMutableRawPointer?) -> HTTP2Session? {
    pointer.map { Unmanaged<HTTP2Session>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Reads a body from its stream, as much as flow control allows.
  static func provider(of stream: HTTP2Stream) -> nghttp2_data_provider {
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

  static func set(_ callbacks: OpaquePointer?) {
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

  /// The further reports of a server's session.
  static func setServer(_ callbacks: OpaquePointer?) {
    nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, header, own in
      guard let header = header?.pointee else { return 0 }
      HTTP2Session.own(own)?.delegate.frameBegan(
        FrameHeader(
          type: nghttp2_frame_type(UInt32(header.type)), length: header.length,
          isLast: header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0))
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, own in
      guard let header = frame?.pointee.hd,
        header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0,
        header.type == UInt8(NGHTTP2_HEADERS.rawValue) || header.type == UInt8(NGHTTP2_DATA.rawValue)
      else { return 0 }
      HTTP2Session.own(own)?.responded(header.stream_id)
      return 0
    }
  }

  private func began(_ id: Int32) {
    lastStreamID = max(lastStreamID, id)
    guard isServer, streams[id] == nil else { return }
    let stream = HTTP2Stream(tag: 0, body: [])
    streams[id] = stream
    delegate.requestBegan(stream, id)
  }

  /// Notes that a response was sent whole.
  ///
  /// RST_STREAM with NO_ERROR may follow at once where the request is not whole (RFC 9113 §8.1). But curl and httpx lose the
  /// response then, and stop by themselves where it does not: it follows when they do not.
  private func responded(_ id: Int32) { streams[id]?.hasResponded = true }

  private func header(
    _ id: Int32, _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>
  ) {
    guard let stream = streams[id] else { return }
    if !isServer, name.elementsEqual(Self.statusName) {
      stream.status = value.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
      return
    }
    // Trailers say nothing that a server reads, and must not add to what was judged at the end of the headers.
    guard isServer ? stream.intake == .head : keepsAllHeaders || stream.status != 200 else { return }
    stream.headerBytes += name.count + value.count + 32
    guard stream.headerBytes <= bounds.headerList else { return }
    stream.headers.append(
      HTTP2Header(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
  }

  private static let statusName = Array(":status".utf8)

  private func data(_ id: Int32, _ bytes: UnsafeBufferPointer<UInt8>) {
    guard let stream = streams[id] else { return }
    if stream.intake == .discarded { return drop(bytes.count, of: stream, id) }
    let room = max(bounds.body - stream.received.count, 0)
    stream.received.append(contentsOf: bytes.prefix(room))
    guard isServer else { return }
    delegate.bodyGrew(stream)
    if bytes.count > room {
      stream.intake = .discarded
      delegate.exceeded(stream, id, .bodyTooLarge)
    }
  }

  private func drop(_ count: Int, of stream: HTTP2Stream, _ id: Int32) {
    stream.droppedBytes += count
    if stream.droppedBytes > Bounds.mostDroppedBytes, stream.hasResponded { reset(id, .noError) }
  }

  private func received(_ frame: nghttp2_frame) {
    let isLast = frame.hd.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
    switch nghttp2_frame_type(UInt32(frame.hd.type)) {
    case NGHTTP2_HEADERS, NGHTTP2_DATA:
      guard let stream = streams[frame.hd.stream_id] else { return }
      if isLast { stream.isComplete = true }
      if isServer, stream.intake == .head { receivedHead(stream, frame.hd.stream_id) }
      if isLast, stream.intake != .discarded, !stream.isAnswered {
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

  private func receivedHead(_ stream: HTTP2Stream, _ id: Int32) {
    if stream.headerBytes > bounds.headerList {
      stream.intake = .discarded
      delegate.exceeded(stream, id, .headersTooLarge)
    } else {
      stream.intake = .body
      delegate.headEnded(stream, id)
    }
  }

  private func closed(_ id: Int32, _ code: HTTP2ErrorCode) {
    guard let stream = streams.removeValue(forKey: id) else { return }
    delegate.streamClosed(stream, id, code)
  }
}
