import Hummingbird
import HummingbirdCore
import NIOCore
import Operations

extension Request {
  /// The media type of the body, in small letters and without parameters; empty for none.
  var mediaType: String {
    let value = headers[.contentType] ?? ""
    return String(value.prefix { $0 != ";" }).lowercased().filter { !$0.isWhitespace }
  }

  /// Returns a parameter of the query; nil where there is none.
  ///
  /// A plus is a space, as forms have it and most libraries write it: one that means itself comes as %2B.
  func parameter(_ name: String) -> String? {
    let query = URI("?\((uri.query ?? "").replacing("+", with: "%20"))")
    return query.queryParameters[name[...]].map { String($0) }
  }

  /// Reads the body as one JSON object.
  ///
  /// - Throws: 415, 413, 400 or 422.
  func json(upTo limit: Int, known: [String]) async throws -> JSONBody {
    guard mediaType == "application/json" else {
      throw Problem(.unsupportedMediaType, "the body is not application/json; say so in Content-Type")
    }
    return try JSONBody(try await body.bytes(upTo: limit), known: known)
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
