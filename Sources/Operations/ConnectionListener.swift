import Glibc
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLife

/// The user of a process at the other end of a Unix socket; `struct ucred` of unix(7).
private struct PeerCredentials: Sendable {
  var process: Int32 = 0
  var user: UInt32 = 0
  var group: UInt32 = 0
}

/// One listening socket with its connections.
final class ConnectionListener: Sendable {
  private let listener: NIOAsyncChannel<HTTP1Channel.Value?, Never>
  private let http: HTTP1Channel
  private let connections: Connections
  private let limits: RequestLimits
  private let logger: Logger

  /// Begins to accept connections.
  init(
    _ socket: ListeningSocket, _ http: HTTP1Channel, _ limits: RequestLimits, checksPeers: Bool,
    secure: OperationsListener.Securing?, _ logger: Logger, on group: MultiThreadedEventLoopGroup
  ) async throws {
    let connections = Connections(limit: limits.connections)
    self.http = http
    self.limits = limits
    self.logger = logger
    self.connections = connections
    listener = try await ServerBootstrap(group: group)
      // As Hummingbird has it: a client that has sent all may close its half.
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .bind(socket.descriptor) { channel in
        guard connections.add(channel) else { return Self.refuse(channel, isSecured: secure != nil) }
        return Self.standing(channel, isChecked: checksPeers).flatMap { standing in
          Self.setUp(channel, http, limits, connections, standing, secure, logger)
        }
      }
  }

  /// Serves the connections until ``stop()``.
  func serve() async {
    await withDiscardingTaskGroup { tasks in
      do {
        try await listener.executeThenClose { accepted in
          for try await connection in accepted {
            guard let connection else { continue }
            tasks.addTask { await self.http.handle(value: connection, logger: self.logger) }
          }
        }
      } catch {
        logger.error("a listener failed", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Accepts no more, and ends the connections: at once where they have no request, else within a few seconds.
  func stop() {
    listener.channel.close(promise: nil)
    for channel in connections.channels {
      channel.pipeline.fireUserInboundEventTriggered(RequestGuard.Stop())
    }
    listener.channel.eventLoop.scheduleTask(in: limits.stopTime) { [connections] in
      for channel in connections.channels {
        channel.pipeline.fireUserInboundEventTriggered(RequestGuard.Cut())
      }
    }
  }

  /// Has a client in excess told why it is refused; with TLS that would take a handshake, and it is closed.
  private static func refuse(
    _ channel: any Channel, isSecured: Bool
  ) -> EventLoopFuture<HTTP1Channel.Value?> {
    if isSecured { return channel.close().map { nil } }
    return channel.pipeline.addHandler(ExcessRefusal()).map { nil }
  }

  /// Returns the problem that every request of a peer has: on a Unix socket one of another user than this one and root.
  private static func standing(_ channel: any Channel, isChecked: Bool) -> EventLoopFuture<Problem?> {
    guard isChecked else { return channel.eventLoop.makeSucceededFuture(nil) }
    guard let provider = channel as? any SocketOptionProvider else {
      return channel.eventLoop.makeSucceededFuture(.foreignPeer(nil))
    }
    let peer: EventLoopFuture<PeerCredentials> = provider.unsafeGetSocketOption(
      level: SocketOptionLevel(SOL_SOCKET), name: SocketOptionName(SO_PEERCRED))
    return peer.map { (peer) -> Problem? in
      peer.user == geteuid() || peer.user == 0 ? nil : .foreignPeer(peer.user)
    }.recover { _ in .foreignPeer(nil) }
  }

  private static func setUp(
    _ channel: any Channel, _ http: HTTP1Channel, _ limits: RequestLimits, _ connections: Connections,
    _ standing: Problem?, _ secure: OperationsListener.Securing?, _ logger: Logger
  ) -> EventLoopFuture<HTTP1Channel.Value?> {
    do {
      let requestGuard = RequestGuard(limits, connections, standing: standing, isSecured: secure != nil)
      let pipeline = channel.pipeline.syncOperations
      if let secure {
        try pipeline.addHandler(TLSEdge())
        try secure(channel)
      }
      try pipeline.addHandler(ByteWatch(requestGuard))
      // The pipeline is set up when this returns: on the loop, nothing is waited for.
      let ready = http.setup(channel: channel, logger: logger)
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandler(requestGuard, position: .after(decoder))
      return ready.map { $0 }
    } catch {
      return channel.eventLoop.makeFailedFuture(error)
    }
  }
}
