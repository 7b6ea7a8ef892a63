import Hummingbird
import NIOCore
import Operations

extension Request {
  /// The media type of the body, in small letters and without parameters; empty for none.
  var mediaType: String {
    let value = headers[.contentType] ?? ""
    return String(value.prefix { $0 != ";" }).lowercased().filter { !$0.isWhitespace }
  }
}

extension RequestBody {
  /// Reads the body.
  ///
  /// - Throws: 413 where it has more bytes than a limit.
  func bytes(upTo limit: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await buffer in self {
      bytes.append(contentsOf: buffer.readableBytesView)
      if bytes.count > limit {
        throw Problem(.contentTooLarge, "the body has more than \(limit) bytes; send less, or a stream")
      }
    }
    return bytes
  }
}
