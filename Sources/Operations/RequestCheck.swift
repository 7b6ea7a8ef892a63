import HTTPTypes
import NIOCore
import NIOHTTP1

/// The rules of RFC 9110 and RFC 9112 that a request's head must keep before anything else reads it.
enum RequestCheck {
  private static let methods: [HTTPMethod] = [
    .GET, .HEAD, .POST, .PUT, .DELETE, .PATCH, .OPTIONS, .TRACE, .RAW(value: "QUERY"),
  ]

  /// Returns the first rule that a head breaks; nil where it breaks none.
  static func problem(_ head: HTTPRequestHead, _ limits: RequestLimits) -> Problem? {
    let checks = [version, method, host, framing, expectation]
    return checks.lazy.compactMap { $0(head) }.first ?? size(head, limits)
  }

  private static func version(_ head: HTTPRequestHead) -> Problem? {
    [.http1_0, .http1_1].contains(head.version)
      ? nil : Problem(.httpVersionNotSupported, "this listener has HTTP/1.1; use that")
  }

  private static func method(_ head: HTTPRequestHead) -> Problem? {
    methods.contains(head.method)
      ? nil : Problem(.notImplemented, "the method is not known here; use GET, HEAD or POST")
  }

  /// RFC 9112 §3.2: one `Host`, which only HTTP/1.0 may leave out.
  private static func host(_ head: HTTPRequestHead) -> Problem? {
    let count = head.headers[canonicalForm: "host"].count
    let isGood = count == 1 || (count == 0 && head.version == .http1_0)
    return isGood ? nil : Problem(.badRequest, "the request has \(count) Host headers; send one")
  }

  /// RFC 9112 §6.1: where a body ends is said in one way, so that nobody in front reads it differently.
  private static func framing(_ head: HTTPRequestHead) -> Problem? {
    let encodings = head.headers["transfer-encoding"]
    if encodings.isEmpty { return nil }
    guard head.version == .http1_1, !head.headers.contains(name: "content-length") else {
      return Problem(
        .badRequest, "Transfer-Encoding with Content-Length, or in HTTP/1.0; send one of the two")
    }
    guard encodings.count == 1, encodings[0].lowercased() == "chunked" else {
      return Problem(.notImplemented, "the transfer coding is not known here; use chunked")
    }
    return nil
  }

  private static func expectation(_ head: HTTPRequestHead) -> Problem? {
    let expectations = head.headers[canonicalForm: "expect"]
    return expectations.allSatisfy { $0.lowercased() == "100-continue" }
      ? nil : Problem(.expectationFailed, "only 100-continue can be expected; leave Expect out")
  }

  private static func size(_ head: HTTPRequestHead, _ limits: RequestLimits) -> Problem? {
    let size = head.headers.first(name: "content-length").map { Int($0) ?? .max } ?? 0
    return size > limits.bodyBytes ? .tooLarge(limits) : nil
  }
}

extension Problem {
  /// The problem of a body that is too long.
  static func tooLarge(_ limits: RequestLimits) -> Problem {
    Problem(.contentTooLarge, "the body is larger than \(limits.bodyBytes) bytes; send less")
  }

  /// The problem of headers that are too long.
  static func headTooLarge(_ limits: RequestLimits) -> Problem {
    Problem(
      .requestHeaderFieldsTooLarge,
      "the request's line and headers are larger than \(limits.headerBytes) bytes; send less")
  }

  /// The problem of bytes that are no request.
  static func unreadable(_ error: HTTPParserError, _ limits: RequestLimits) -> Problem {
    switch error {
    case .headerOverflow: .headTooLarge(limits)
    case .invalidVersion: Problem(.httpVersionNotSupported, "this listener has HTTP/1.1; use that")
    case .invalidMethod: Problem(.notImplemented, "the method is not known here; use GET, HEAD or POST")
    default:
      Problem(.badRequest, "the request cannot be read as HTTP/1.1; look at its line, headers and framing")
    }
  }

  /// The problem of a request that is not whole in time.
  static func tooSlow(_ limits: RequestLimits) -> Problem {
    Problem(
      .requestTimeout,
      "the request was not whole after \(limits.requestTime.nanoseconds / 1_000_000_000) seconds; send it again"
    )
  }

  /// The problem of a request that comes while the service stops.
  static let stopping = Problem(
    .serviceUnavailable, "the service stops; send the request to the one that is started next")

  /// The problem of a peer that may not use the Unix socket.
  static func foreignPeer(_ user: UInt32?) -> Problem {
    let name = user.map { "user \($0)" } ?? "a peer without a user"
    return Problem(
      .forbidden, "\(name) may not control this service; use the service's user, or root")
  }
}
