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

  /// Returns the value of a header, by its name in small letters.
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

  /// Returns the reason why it could not start, as words.
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
