import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NotificationModel
import Synchronization

/// The numbers of requests, which all sockets of a listener share.
final class RequestNumbers: Sendable {
  private let last = Atomic<Int>(0)
  private let name: String

  /// - Parameter name: the name of the listener.
  init(_ name: String) { self.name = name }

  /// Returns the name of a request, which no other has.
  func next() -> String { "\(name)-\(last.add(1, ordering: .relaxed).newValue)" }
}

/// The way from a request to its response: routes, errors with a body, and one event of the log.
final class RequestAnswerer<Responder: HTTPResponder<BasicRequestContext>>: Sendable {
  private let responder: Responder
  private let logger: Logger
  private let numbers: RequestNumbers

  init(_ responder: Responder, _ numbers: RequestNumbers, _ logger: Logger) {
    self.responder = responder
    self.numbers = numbers
    self.logger = logger
  }

  /// Returns the response to a request; never an error without a body.
  func response(to request: Request, _ channel: any Channel) async -> Response {
    var logger = logger
    logger[metadataKey: "request"] = "\(numbers.next())"
    let response = await answer(request, channel, logger)
    logger.debug(
      "answered",
      metadata: [
        "method": "\(request.method.rawValue)", "path": "\(request.uri.path.withoutKeys.shortened)",
        "status": "\(response.status.code)",
      ])
    return response
  }

  private func answer(_ request: Request, _ channel: any Channel, _ logger: Logger) async -> Response {
    do {
      let context = BasicRequestContext(
        source: ApplicationRequestContextSource(channel: channel, logger: logger))
      return described(try await responder.respond(to: request, context: context), request)
    } catch let problem as Problem {
      return problem.response
    } catch is CancellationError {
      return Problem.stopping.response
    } catch {
      logger.error("a request failed", metadata: ["error": "\(error)"])
      return Problem(.internalServerError, "the request failed; the service's log has the reason").response
    }
  }

  /// Gives an error of the router's own a body.
  private func described(_ response: Response, _ request: Request) -> Response {
    switch response.status {
    case .notFound where response.body.contentLength == 0:
      let path = request.uri.path.withoutKeys.shortened
      let problem = Problem(
        .notFound, "'\(path)' is not a path of this listener; look at its case and its socket")
      return request.method == .head ? problem.response.createHeadResponse() : problem.response
    case .contentTooLarge where response.body.contentLength == 0:
      return Problem(.contentTooLarge, "the body is too large; send less").response
    default: return response
    }
  }
}

extension String {
  /// The same text without what comes behind the start of a key of the HTTP API, which nobody is to put into a path.
  var withoutKeys: String {
    guard let key = firstRange(of: "nk_") else { return self }
    return self[..<key.upperBound] + "…"
  }
}
