import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLife
import ServiceLifecycle
import Synchronization

/// A part of the service that answers requests, such as those for health, metrics and control: HTTP/1.1 on sockets that are
/// open already.
package struct OperationsListener: Service, CustomStringConvertible {
  /// Adds the handler of TLS to the end of a new connection's pipeline.
  package typealias Securing = @Sendable (any Channel) throws -> Void

  private let sockets: [ListeningSocket]
  private let secure: Securing?
  private let name: String
  private let limits: RequestLimits
  private let checksPeers: Bool
  private let open: HTTP1Channel
  private let control: HTTP1Channel
  private let logger: Logger

  /// Makes a listener that is not started.
  ///
  /// - Parameters:
  ///   - sockets: the sockets; those of the Unix family have the routes of control.
  ///   - name: the name of the part in the log.
  ///   - open: the routes of the other sockets.
  ///   - control: the routes of Unix sockets.
  ///   - secure: what makes connections with TLS of those that are not of Unix sockets; nil for none.
  ///   - checksPeers: true where only this user and root may ask on Unix sockets.
  package init(
    _ sockets: [ListeningSocket], name: String = "operations", open: OperationsRoutes,
    control: OperationsRoutes, secure: Securing? = nil, checksPeers: Bool = true,
    limits: RequestLimits = RequestLimits(),
    logger: Logger
  ) {
    self.sockets = sockets
    self.name = name
    self.limits = limits
    self.secure = secure
    self.checksPeers = checksPeers
    self.logger = logger
    let numbers = RequestNumbers(name)
    self.open = Self.channel(open, limits, numbers, logger)
    self.control = Self.channel(control, limits, numbers, logger)
  }

  /// The name of the service.
  package var description: String { name }

  /// Answers requests until the service stops, and then what is open within a few seconds.
  package func run() async throws {
    // One thread: requests are few, and its deadlines need no locks.
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let result: Result<Void, any Error>
    do { result = .success(try await listen(on: group)) } catch { result = .failure(error) }
    for socket in sockets { socket.removeFile() }
    try? await group.shutdownGracefully()
    try result.get()
  }

  private func listen(on group: MultiThreadedEventLoopGroup) async throws {
    var listeners: [ConnectionListener] = []
    for socket in sockets {
      listeners.append(
        try await ConnectionListener(
          socket, socket.isLocal ? control : open, limits, checksPeers: checksPeers && socket.isLocal,
          secure: socket.isLocal ? nil : secure, logger, on: group))
    }
    let all = listeners
    await withTaskCancellationOrGracefulShutdownHandler {
      await serve(all)
    } onCancelOrGracefulShutdown: {
      for listener in all { listener.stop() }
    }
  }

  /// Serves until all connections have ended, or until the time for a stop is over: then handlers are cancelled.
  private func serve(_ listeners: [ConnectionListener]) async {
    await withTaskGroup { tasks in
      tasks.addTask {
        await withDiscardingTaskGroup { tasks in
          for listener in listeners { tasks.addTask { await listener.serve() } }
        }
      }
      tasks.addTask {
        try? await gracefulShutdown()
        try? await Task.sleep(for: .nanoseconds(limits.stopTime.nanoseconds))
      }
      await tasks.next()
      tasks.cancelAll()
    }
  }

  private static func channel(
    _ routes: OperationsRoutes, _ limits: RequestLimits, _ numbers: RequestNumbers, _ logger: Logger
  ) -> HTTP1Channel {
    var configuration = HTTP1Channel.Configuration()
    configuration.httpDecoder = .init(
      maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes, maxHeaderFieldCount: 100)
    let answerer = RequestAnswerer(routes.responder(), numbers, logger)
    return HTTP1Channel(
      responder: { request, writer, channel in
        let response = await answerer.response(to: request, channel)
        try await writer.write(response: response.head, body: response.body)
      }, configuration: configuration)
  }
}
