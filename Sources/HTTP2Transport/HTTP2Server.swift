import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A request as it has come, whole.
package struct HTTP2Request: Sendable {
  package var stream: Int32
  /// In the order in which they came, `:path` and its like among them.
  package var headers: [HTTP2Header]
  package var body: [UInt8]

  /// The value of a header, by its name in small letters.
  package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// The handler of one connection's requests, called on its event loop.
package protocol HTTP2ServerHandler: AnyObject {
  /// Begins a connection, whose TLS is complete.
  func opened(_ connection: HTTP2ServerConnection)
  /// Receives a whole request.
  func received(_ request: HTTP2Request, _ connection: HTTP2ServerConnection)
  /// The client has given up on a request, or its stream broke off.
  func cancelled(_ stream: Int32)
  /// Ends a connection; no call follows.
  func closed(_ connection: HTTP2ServerConnection)
}

/// A server of HTTP/2 over TLS.
package final class HTTP2Server: Sendable {
  /// The addresses, certificate and settings that a server starts with.
  package struct Options: Sendable {
    /// The addresses to listen on, with one port; those that the machine has.
    package var hosts = ["127.0.0.1"]
    /// 0 for one that is free.
    package var port = 0
    /// DER, leaf first.
    package var certificateChain: [[UInt8]]
    /// DER.
    package var privateKey: [UInt8]
    /// True when clients are asked for a certificate; TLS accepts any, and the handler judges it.
    package var asksForClientCertificate = false
    /// The protocols that ALPN offers; empty for a server that knows nothing of ALPN.
    package var protocols = ["h2"]
    package var settings = HTTP2Settings()
    /// The bytes of a request's body that are kept.
    package var bodyLimit = 1 << 20

    package init(certificateChain: [[UInt8]], privateKey: [UInt8]) {
      self.certificateChain = certificateChain
      self.privateKey = privateKey
    }
  }

  private let options: Options
  private let makeHandler: @Sendable () -> any HTTP2ServerHandler
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let listeners = Mutex<[any Channel]>([])
  private let connections = Atomic<Int>(0)

  /// - Parameter handler: makes the handler of a connection, on its event loop.
  package init(_ options: Options, handler: @escaping @Sendable () -> any HTTP2ServerHandler) {
    self.options = options
    makeHandler = handler
  }

  /// Begins to listen; tells the port.
  package func start() async throws -> Int {
    let bootstrap = try bootstrap()
    var attempts = 0
    while true {
      attempts += 1
      do {
        return try await listen(bootstrap)
      } catch let error as IOError
        where error.errnoCode == EADDRINUSE && options.port == 0 && attempts < 20
      {
        // The port that is free on one address is taken on another.
        continue
      }
    }
  }

  /// Listens on one port of all addresses, or on none.
  private func listen(_ bootstrap: ServerBootstrap) async throws -> Int {
    var bound: [any Channel] = []
    var port = options.port
    var missing: IOError?
    do {
      for host in options.hosts {
        do {
          let listener = try await Self.bind(bootstrap, host, port)
          bound.append(listener)
          port = listener.localAddress?.port ?? port
        } catch let error as IOError
          where [EADDRNOTAVAIL, EAFNOSUPPORT].contains(error.errnoCode)
        {
          // A machine without IPv6, or without IPv4.
          missing = error
        }
      }
      if let missing, bound.isEmpty { throw missing }
    } catch {
      for listener in bound { try? await listener.close() }
      throw error
    }
    let all = bound
    listeners.withLock { $0 = all }
    return port
  }

  /// Listens on an address as it stands, else on the first that a name leads to.
  ///
  /// A lookup makes an IPv6 address of 127.0.0.1 where a machine's other addresses are all of IPv6.
  private static func bind(
    _ bootstrap: ServerBootstrap, _ host: String, _ port: Int
  ) async throws -> any Channel {
    guard let address = try? SocketAddress(ipAddress: host, port: port) else {
      return try await bootstrap.bind(host: host, port: port).get()
    }
    return try await bootstrap.bind(to: address).get()
  }

  /// The addresses that it listens on.
  package var addresses: [String] { listeners.withLock { $0.compactMap { $0.localAddress?.ipAddress } } }

  private func bootstrap() throws -> ServerBootstrap {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try options.certificateChain.map {
        .certificate(try NIOSSLCertificate(bytes: $0, format: .der))
      },
      privateKey: .privateKey(try NIOSSLPrivateKey(bytes: options.privateKey, format: .der)))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = options.protocols
    if options.asksForClientCertificate { configuration.certificateVerification = .optionalVerification }
    let context = try NIOSSLContext(configuration: configuration)
    let options = options
    return ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture {
          // The handler judges the certificate, and whoever shows none.
          let tls =
            options.asksForClientCertificate
            ? NIOSSLServerHandler(context: context) { _, promise in promise.succeed(.certificateVerified) }
            : NIOSSLServerHandler(context: context)
          let connection = HTTP2ServerConnection(
            id: connections.add(1, ordering: .relaxed).newValue, options, makeHandler(), channel)
          try channel.pipeline.syncOperations.addHandler(tls, name: HTTP2Channel.tlsName)
          try channel.pipeline.syncOperations.addHandler(connection.channel)
        }
      }
  }

  /// Why it could not start, as words.
  package static func text(of error: any Error) -> String { ConnectionFailure(error).cause }

  /// Ends all connections.
  package func stop() async {
    let bound = listeners.withLock { listeners in
      defer { listeners = [] }
      return listeners
    }
    for listener in bound { try? await listener.close() }
    try? await group.shutdownGracefully()
  }
}

/// One client's connection to a server; it stays with its event loop.
package final class HTTP2ServerConnection: HTTP2SessionDelegate {
  /// 1 for the first connection of the server.
  package let id: Int
  let channel = HTTP2Channel()
  private let options: HTTP2Server.Options
  private let handler: any HTTP2ServerHandler
  private let nioChannel: any Channel
  private var headers = HTTP2HeaderBlock()

  init(
    id: Int, _ options: HTTP2Server.Options, _ handler: any HTTP2ServerHandler, _ nioChannel: any Channel
  ) {
    self.id = id
    self.options = options
    self.handler = handler
    self.nioChannel = nioChannel
    // The channel holds its connection until it ends.
    channel.events.ready = { channel, _ in
      channel.session = HTTP2Session(
        isServer: true, settings: self.options.settings, keepsAllHeaders: true,
        bodyLimit: self.options.bodyLimit, delegate: self)
      self.handler.opened(self)
      channel.flush()
    }
    channel.events.ended = { _ in
      _ = self.channel.session?.takeStreams()
      self.handler.closed(self)
    }
  }

  /// The client's certificate, DER; nil where it showed none.
  package var peerCertificate: [UInt8]? {
    guard let certificate = try? nioChannel.pipeline.syncOperations.nioSSL_peerCertificate() else {
      return nil
    }
    return try? certificate.toDERBytes()
  }

  /// The highest stream that the client has opened.
  package var lastStreamID: Int32 { channel.session?.lastStreamID ?? 0 }

  /// The requests that have no answer yet.
  package var openStreams: Int { channel.session?.streams.count ?? 0 }

  // MARK: Answers

  /// Answers a request.
  ///
  /// - Parameter pieceSize: how many bytes of the body each DATA frame has, with an empty one at the end; nil for as
  ///   few frames as do.
  package func respond(
    _ stream: Int32, status: Int, headers fields: [HTTP2Header] = [], body: [UInt8] = [],
    pieceSize: Int? = nil
  ) {
    headers.removeLast(to: 0)
    headers.add(":status", "\(status)")
    for field in fields { headers.add(field.name, field.value, isIndexed: !field.name.hasPrefix("apns-")) }
    _ = channel.session?.respond(stream, &headers, body: body, pieceSize: pieceSize)
    channel.flush()
  }

  /// Ends a stream with RST_STREAM and an error code of RFC 9113 §7.
  package func reset(_ stream: Int32, code: UInt32) {
    channel.session?.reset(stream, HTTP2ErrorCode(rawValue: code))
    channel.flush()
  }

  /// Tells the client how many streams it may have open.
  package func update(maxConcurrentStreams: UInt32) {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = maxConcurrentStreams
    channel.session?.submit(settings)
    channel.flush()
  }

  /// Tells the client to go away.
  ///
  /// - Parameter lastStreamID: the last stream that was looked at; nil for the last that came.
  package func goAway(lastStreamID: Int32?, code: UInt32, debug: [UInt8]) {
    channel.session?.goAway(
      lastStreamID: lastStreamID ?? self.lastStreamID, HTTP2ErrorCode(rawValue: code), debug: debug)
    channel.flush()
  }

  /// Ends the connection behind what is written.
  package func close() { channel.close() }

  /// Ends the connection with TCP's reset.
  package func abort() { channel.abort() }

  /// Stops reading from the socket, so that the client is slowed down.
  package func pauseReading() { channel.setReading(false) }
  /// Reads from the socket again.
  package func resumeReading() { channel.setReading(true) }

  /// Runs something later, on the event loop of the connection.
  package func schedule(after delay: Duration, _ body: @escaping () -> Void) {
    let body = NIOLoopBound(body, eventLoop: nioChannel.eventLoop)
    nioChannel.eventLoop.scheduleTask(in: .nanoseconds(of: delay)) { body.value() }
  }

  // MARK: Events

  func messageEnded(_ stream: HTTP2Stream, _ id: Int32) {
    handler.received(HTTP2Request(stream: id, headers: stream.headers, body: stream.received), self)
  }

  func streamClosed(_ stream: HTTP2Stream, _ id: Int32, _ code: HTTP2ErrorCode) {
    if code != .noError { handler.cancelled(id) }
  }
  func settingsReceived() {}
  func goAwayReceived(lastStreamID: Int32, _ code: HTTP2ErrorCode, debug: [UInt8]) {}
  func pongReceived() {}
}
