import NIOCore

/// One message that is on its way on a stream.
final class HTTP2Stream {
  /// The part of a request that a server still waits for.
  enum Intake {
    /// The block of its headers.
    case head
    case body
    /// Nothing: what comes is dropped, since the request was refused or answered early.
    case discarded
  }

  /// The number by which the user of a client knows the request.
  let tag: UInt64
  var status = 0
  var headers: [HTTP2Header] = []
  /// The size of the header list by RFC 9113 §6.5.2, with what is not kept.
  var headerBytes = 0
  /// The bytes of the other side's body that have arrived.
  var received: [UInt8] = []
  var body: [UInt8]
  var sent = 0
  /// The most bytes of a DATA frame, where the body goes out in pieces.
  var pieceSize: Int?
  var intake = Intake.head
  /// True once the other side has ended its part (END_STREAM).
  var isComplete = false
  /// True once the server's response was given to libnghttp2.
  var isAnswered = false
  /// True once the server's response was sent whole (END_STREAM).
  var hasResponded = false
  /// The bytes of the body that were dropped.
  var droppedBytes = 0
  /// The time of the request's first frame; then that of its response.
  var since = NIODeadline.uptimeNanoseconds(0)
  /// The bytes that the server has counted as in flight for it.
  var countedBytes = 0

  init(tag: UInt64, body: [UInt8]) {
    self.tag = tag
    self.body = body
  }

  /// The bytes that the stream holds.
  var heldBytes: Int { min(headerBytes, HTTP2Session.Bounds.mostHeaderBytes) + received.count + body.count }
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
