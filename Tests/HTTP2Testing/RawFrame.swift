/// A frame of HTTP/2 as its bytes, whatever RFC 9113 says of it.
package struct RawFrame: Equatable, CustomStringConvertible {
  /// The types of RFC 9113 §6.
  package enum Kind: UInt8, CaseIterable {
    case data, headers, priority, reset, settings, push, ping, goAway, windowUpdate, continuation
  }

  package static let endStream: UInt8 = 0x1
  package static let acknowledgement: UInt8 = 0x1
  package static let endHeaders: UInt8 = 0x4

  package var type: UInt8
  package var flags: UInt8 = 0
  package var stream: UInt32 = 0
  package var payload: [UInt8] = []

  package init(_ kind: Kind, flags: UInt8 = 0, stream: UInt32 = 0, payload: [UInt8] = []) {
    self.init(type: kind.rawValue, flags: flags, stream: stream, payload: payload)
  }

  package init(type: UInt8, flags: UInt8, stream: UInt32, payload: [UInt8]) {
    (self.type, self.flags, self.stream, self.payload) = (type, flags, stream, payload)
  }

  package var kind: Kind? { Kind(rawValue: type) }

  package var bytes: [UInt8] {
    let length = payload.count
    let head: [UInt8] = [
      UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), type, flags,
    ]
    return head + Self.bytes(stream) + payload
  }

  package static func bytes(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  /// The number at the start of the payload, after `offset` bytes.
  package func number(at offset: Int = 0) -> UInt32 {
    payload.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  package var description: String {
    "\(kind.map { "\($0)" } ?? "type \(type)")/\(flags)/\(stream)/\(payload.count)"
  }

  // MARK: Frames

  package static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  package static func settings(_ entries: [(UInt16, UInt32)] = []) -> RawFrame {
    RawFrame(
      .settings,
      payload: entries.flatMap { [UInt8($0.0 >> 8), UInt8($0.0 & 0xFF)] + bytes($0.1) })
  }

  /// Headers as literals that no table keeps (RFC 7541 §6.2.2).
  package static func block(_ headers: [(String, String)]) -> [UInt8] {
    headers.flatMap { [0] + text($0.0) + text($0.1) }
  }

  private static func text(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    if bytes.count < 127 { return [UInt8(bytes.count)] + bytes }
    var (length, rest) = ([UInt8(127)], bytes.count - 127)
    while rest >= 128 {
      length.append(UInt8(rest & 0x7F | 0x80))
      rest >>= 7
    }
    return length + [UInt8(rest)] + bytes
  }

  /// The headers of a POST, and others.
  package static func post(_ others: [(String, String)] = []) -> [UInt8] {
    block(
      [(":method", "POST"), (":scheme", "https"), (":authority", "localhost"), (":path", "/")] + others)
  }

  /// A request's HEADERS.
  package static func head(_ stream: UInt32, _ others: [(String, String)] = [], isLast: Bool = false)
    -> RawFrame
  {
    RawFrame(.headers, flags: endHeaders | (isLast ? endStream : 0), stream: stream, payload: post(others))
  }

  package static func data(_ stream: UInt32, _ bytes: [UInt8], isLast: Bool = false) -> RawFrame {
    RawFrame(.data, flags: isLast ? endStream : 0, stream: stream, payload: bytes)
  }
}
