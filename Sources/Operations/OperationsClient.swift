import EventLoop
import NIOCore
import NIOHTTP1
import NIOPosix

/// A client of the service's Unix socket, for one request.
package enum OperationsClient {
  /// An error for which there is no answer.
  package enum Failure: Error, Equatable {
    /// Nothing listens at the path.
    case nobodyListens
    /// This user may not connect.
    case notAllowed
    /// The answer did not come in time.
    case timedOut
    /// Another error, in its words.
    case other(String)
  }

  /// The methods of requests.
  package enum Method: String, Sendable {
    /// Asks.
    case get = "GET"
    /// Tells.
    case post = "POST"
  }

  /// The answer of the service.
  package struct Answer: Sendable {
    /// The status of HTTP.
    package let status: Int
    /// The body.
    package let body: [UInt8]
  }

  /// Sends a request and waits for its answer.
  ///
  /// - Parameters:
  ///   - headers: further headers.
  ///   - body: the body; nothing for none.
  /// - Throws: ``Failure``.
  package static func ask(
    _ method: Method, _ target: String, socket path: String, within limit: Duration,
    headers: [String: String] = [:], _ body: [UInt8] = []
  ) async throws -> Answer {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let result: Result<Answer, any Error>
    do {
      let request = Request(method: method, target: target, headers: headers, body: body)
      result = .success(try await exchange(request, path, limit, on: group.next()))
    } catch {
      result = .failure(failure(error))
    }
    try? await group.shutdownGracefully()
    return try result.get()
  }

  private static func exchange(
    _ request: Request, _ path: String, _ limit: Duration, on loop: any EventLoop
  ) async throws -> Answer {
    let promise = loop.makePromise(of: Answer.self)
    let channel: any Channel
    do {
      channel = try await ClientBootstrap(group: loop)
        .channelInitializer { channel in
          channel.pipeline.addHTTPClientHandlers().flatMapThrowing {
            try channel.pipeline.syncOperations.addHandler(AnswerCollector(promise))
          }
        }
        .connect(unixDomainSocketPath: path).get()
    } catch {
      promise.fail(error)
      throw error
    }
    loop.scheduleTask(in: .nanoseconds(limit.nanoseconds)) { promise.fail(Failure.timedOut) }
    channel.write(HTTPClientRequestPart.head(request.head), promise: nil)
    if !request.body.isEmpty {
      channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: request.body))), promise: nil)
    }
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    defer { channel.close(promise: nil) }
    return try await promise.futureResult.get()
  }

  /// A request before it is sent.
  private struct Request: Sendable {
    let method: Method
    let target: String
    let headers: [String: String]
    let body: [UInt8]

    var head: HTTPRequestHead {
      // The socket's path is no host: any name will do.
      var fields: HTTPHeaders = [
        "host": "localhost", "connection": "close", "content-length": "\(body.count)",
      ]
      for (name, value) in headers { fields.add(name: name, value: value) }
      return HTTPRequestHead(
        version: .http1_1, method: HTTPMethod(rawValue: method.rawValue), uri: target, headers: fields)
    }
  }

  private static func failure(_ error: any Error) -> Failure {
    if let error = error as? Failure { return error }
    guard let code = (error as? IOError)?.errnoCode else { return .other("\(error)") }
    switch code {
    case ENOENT, ECONNREFUSED, ENOTSOCK: return .nobodyListens
    case EACCES, EPERM: return .notAllowed
    default: return .other(systemMessage(code))
    }
  }
}

/// The handler that puts an answer together.
private final class AnswerCollector: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  /// The most bytes of a body.
  private static let limit = 1 << 20

  private let promise: EventLoopPromise<OperationsClient.Answer>
  private var status = 0
  private var body: [UInt8] = []

  init(_ promise: EventLoopPromise<OperationsClient.Answer>) { self.promise = promise }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): status = Int(head.status.code)
    case .body(let bytes):
      body += bytes.readableBytesView
      if body.count > Self.limit {
        promise.fail(OperationsClient.Failure.other("the answer is larger than \(Self.limit) bytes"))
        context.close(promise: nil)
      }
    case .end: promise.succeed(OperationsClient.Answer(status: status, body: body))
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    promise.fail(OperationsClient.Failure.other("the service closed the connection before its answer"))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.fail(error)
    context.close(promise: nil)
  }
}
