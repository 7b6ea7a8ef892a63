import CNGHTTP2

/// The settings of one side of an HTTP/2 connection (RFC 9113 §6.5.2).
package struct HTTP2Settings: Sendable, Equatable {
  /// The number of streams that the other side may have open at a time; nil for no limit.
  package var maxConcurrentStreams: UInt32?
  /// The bytes that a stream may send before it is allowed more.
  package var initialWindowSize: UInt32?
  /// The most bytes of a frame.
  package var maxFrameSize: UInt32?
  /// The most bytes of a message's headers, a wish.
  package var maxHeaderListSize: UInt32?
  /// The bytes of the table that headers are compressed with.
  package var headerTableSize: UInt32?

  package init() {}

  var entries: [nghttp2_settings_entry] {
    let known: [(nghttp2_settings_id, UInt32?)] = [
      (NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, headerTableSize),
      (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, maxConcurrentStreams),
      (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, initialWindowSize),
      (NGHTTP2_SETTINGS_MAX_FRAME_SIZE, maxFrameSize),
      (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, maxHeaderListSize),
    ]
    return known.compactMap { id, value in
      value.map { nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: $0) }
    }
  }
}
