import NIOCore
import NIOPosix
import NIOSSL

/// How a client's connection is made.
package struct HTTP2ClientOptions: Sendable {
  package var host: String
  package var port: Int
  /// The certificate that this side shows, leaf first, DER; empty for none.
  package var certificateChain: [[UInt8]] = []
  /// Its key, DER.
  package var privateKey: [UInt8] = []
  /// The roots to trust instead of the system's, a PEM file.
  package var trustRoots: String?
  package var settings = HTTP2Settings()
  package var connectTimeout = Duration.seconds(10)
  /// Whether the headers of responses of status 200 are kept.
  package var keepsAllHeaders = false

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }
}

/// What a server answered.
package struct HTTP2Response: Sendable {
  package var status: Int
  /// Of a response of status 200 only where they are kept.
  package var headers: [HTTP2Header]
  package var body: [UInt8]

  /// The value of a header, by its name in small letters.
  package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// Why a request has no answer.
package enum HTTP2RequestFailure: Sendable, Equatable {
  /// The server has not looked at it (RFC 9113 §8.7): it can be sent again.
  case notProcessed
  /// It was sent, and nobody knows what became of it.
  case unknown
  /// The server reset its stream.
  case reset(HTTP2ErrorCode)
}

/// What a client's connection tells, on its event loop.
package protocol HTTP2ClientDelegate: AnyObject {
  /// The other side's settings are there, for the first time or changed.
  func settingsChanged(_ connection: HTTP2ClientConnection)
  func answered(_ connection: HTTP2ClientConnection, _ tag: UInt64, _ response: HTTP2Response)
  func failed(_ connection: HTTP2ClientConnection, _ tag: UInt64, _ failure: HTTP2RequestFailure)
  /// The server takes no further streams.
  func goneAway(
    _ connection: HTTP2ClientConnection, lastStreamID: Int32, _ code: HTTP2ErrorCode, debug: [UInt8])
  func ponged(_ connection: HTTP2ClientConnection)
  /// A turn of reading is over; requests can be sent together now.
  func turned(_ connection: HTTP2ClientConnection)
  /// The connection has ended, and every open request was told; why, where it was not asked for.
  func ended(_ connection: HTTP2ClientConnection, _ cause: String?)
}

/// A connection to an HTTP/2 server over TLS; it stays with its event loop.
package final class HTTP2ClientConnection: HTTP2SessionDelegate {
  package weak var delegate: (any HTTP2ClientDelegate)?
  /// The address that the name led to; nil before there is a connection.
  package private(set) var remoteAddress: String?
  /// Whether the server has said that it takes no further streams.
  package private(set) var isGoingAway = false
  /// Whether the server's settings have come.
  package private(set) var isOpen = false

  private let options: HTTP2ClientOptions
  private let eventLoop: any EventLoop
  private let channel = HTTP2Channel()
  private var told: Set<Int32> = []
  private var hasEnded = false

  /// Makes a connection that is not there yet.
  package init(_ options: HTTP2ClientOptions, on eventLoop: any EventLoop) {
    self.options = options
    self.eventLoop = eventLoop
    // The channel holds its connection until it ends, whoever else has let go of it.
    channel.events.ready = { self.ready($0) }
    channel.events.turned = { self.delegate?.turned(self) }
    channel.events.ended = { self.end($0) }
  }

  /// Looks the name up and connects; the outcome is told to the delegate.
  package func connect() {
    eventLoop.assertInEventLoop()
    let connected: EventLoopFuture<any Channel>
    do {
      let context = try Self.context(options)
      let host = options.host
      let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
      let own = NIOLoopBound(channel, eventLoop: eventLoop)
      connected = ClientBootstrap(group: eventLoop)
        .connectTimeout(.nanoseconds(Self.nanoseconds(options.connectTimeout)))
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let tls = try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
            try channel.pipeline.syncOperations.addHandler(tls, name: HTTP2Channel.tlsName)
            try channel.pipeline.syncOperations.addHandler(own.value)
          }
        }
        .connect(host: host, port: options.port)
    } catch {
      end(HTTP2Channel.text(of: error))
      return
    }
    let own = NIOLoopBound(self, eventLoop: eventLoop)
    connected.whenComplete { result in
      switch result {
      case .success(let channel):
        // It was given up in the meantime, and nobody else would close it.
        if own.value.hasEnded { channel.close(promise: nil) }
        own.value.remoteAddress = channel.remoteAddress.map { "\($0.ipAddress ?? "")" }
      case .failure(let error): own.value.end(Self.text(ofConnecting: error))
      }
    }
  }

  // MARK: Requests

  /// The requests that have no answer yet.
  package var openStreams: Int { channel.session?.streams.count ?? 0 }

  /// The streams that the server allows at a time.
  package var maxConcurrentStreams: Int { Int(channel.session?.peerMaxConcurrentStreams ?? 0) }

  /// Puts a request in line, which ``flush()`` sends.
  ///
  /// - Returns: whether it could be; where not, the connection has no stream left and is to be replaced.
  package func send(_ headers: inout HTTP2HeaderBlock, body: [UInt8], tag: UInt64) -> Bool {
    guard let session = channel.session, !hasEnded, !isGoingAway else { return false }
    return session.request(&headers, body: body, tag: tag) != nil
  }

  package func flush() { channel.flush() }

  /// Gives up on a request; the server is told so.
  package func cancel(_ tag: UInt64) {
    guard let session = channel.session,
      let (id, _) = session.streams.first(where: { $0.value.tag == tag })
    else { return }
    told.insert(id)
    session.reset(id, .cancel)
  }

  package func ping() {
    channel.session?.ping()
    flush()
  }

  /// Ends the connection; open requests are told as unknown.
  package func close() {
    guard !hasEnded else { return }
    if let session = channel.session, session.streams.isEmpty {
      session.goAway(lastStreamID: 0, .noError, debug: [])
    }
    channel.close()
  }

  /// Ends the connection at once, also where the other side takes nothing; open requests are told as unknown.
  package func abort() {
    channel.abort()
    if channel.context == nil { end(nil) }
  }

  // MARK: Events

  private func ready(_ channel: HTTP2Channel) {
    let session = HTTP2Session(
      isServer: false, settings: options.settings, keepsAllHeaders: options.keepsAllHeaders,
      bodyLimit: 64 << 10, delegate: self)
    channel.session = session
    channel.flush()
  }

  func settingsReceived() {
    isOpen = true
    delegate?.settingsChanged(self)
  }

  func messageEnded(_ stream: HTTP2Stream, _ id: Int32) {
    guard told.insert(id).inserted else { return }
    delegate?.answered(
      self, stream.tag,
      HTTP2Response(status: stream.status, headers: stream.headers, body: stream.received))
    // An answer to half a request: the rest is of no use.
    if stream.sent < stream.body.count { channel.session?.reset(id, .cancel) }
  }

  func streamClosed(_ stream: HTTP2Stream, _ id: Int32, _ code: HTTP2ErrorCode) {
    guard told.remove(id) == nil else { return }
    delegate?.failed(self, stream.tag, code == .refusedStream ? .notProcessed : .reset(code))
  }

  func goAwayReceived(lastStreamID: Int32, _ code: HTTP2ErrorCode, debug: [UInt8]) {
    isGoingAway = true
    delegate?.goneAway(self, lastStreamID: lastStreamID, code, debug: debug)
  }

  func pongReceived() { delegate?.ponged(self) }

  private func end(_ cause: String?) {
    guard !hasEnded else { return }
    hasEnded = true
    channel.events = HTTP2Channel.Events()
    // A request of which nothing has left is nobody's; of others nobody knows.
    for (id, stream) in channel.session?.takeStreams() ?? [] where told.remove(id) == nil {
      delegate?.failed(self, stream.tag, .unknown)
    }
    delegate?.ended(self, cause)
  }

  // MARK: TLS

  private static func context(_ options: HTTP2ClientOptions) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["h2"]
    if let path = options.trustRoots { configuration.trustRoots = .file(path) }
    if !options.certificateChain.isEmpty {
      configuration.certificateChain = try options.certificateChain.map {
        .certificate(try NIOSSLCertificate(bytes: $0, format: .der))
      }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: options.privateKey, format: .der))
    }
    return try NIOSSLContext(configuration: configuration)
  }

  private static func nanoseconds(_ duration: Duration) -> Int64 {
    duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
  }

  private static func text(ofConnecting error: any Error) -> String {
    guard let error = error as? NIOConnectionError else { return HTTP2Channel.text(of: error) }
    if let single = error.connectionErrors.first {
      let address = single.target.ipAddress.map { "\($0): " } ?? ""
      return address + HTTP2Channel.text(of: single.error)
    }
    return "the name '\(error.host)' leads to no address"
  }
}
