import NIOCore
import NIOPosix
import NIOSSL

/// A server's response to one request.
package struct HTTP2Response: Sendable {
  package var status: Int
  /// Of a response of status 200 only where they are kept.
  package var headers: [HTTP2Header]
  package var body: [UInt8]

  /// Returns the value of a header, by its name in small letters.
  package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// The cause for which a request has no answer.
package enum HTTP2RequestFailure: Sendable, Equatable {
  /// The server has not looked at it (RFC 9113 §8.7): it can be sent again.
  case notProcessed
  /// It was sent, and nobody knows what became of it.
  case unknown
  /// The server reset its stream.
  case reset(HTTP2ErrorCode)
}

/// The receiver of a client connection's events, called on its event loop.
package protocol HTTP2ClientDelegate: AnyObject {
  /// The other side's settings are there, for the first time or changed.
  func settingsChanged(_ connection: HTTP2ClientConnection)
  /// Reports the whole response to the request `tag`.
  func answered(_ connection: HTTP2ClientConnection, _ tag: UInt64, _ response: HTTP2Response)
  /// Reports that no response to the request `tag` will come.
  func failed(_ connection: HTTP2ClientConnection, _ tag: UInt64, _ failure: HTTP2RequestFailure)
  /// The server takes no further streams.
  func goneAway(
    _ connection: HTTP2ClientConnection, lastStreamID: Int32, _ code: HTTP2ErrorCode, debug: [UInt8])
  /// Reports the answer to a PING.
  func ponged(_ connection: HTTP2ClientConnection)
  /// A turn of reading is over; requests can be sent together now.
  func turned(_ connection: HTTP2ClientConnection)
  /// The connection has ended, and every open request was told; why, where it was not asked for.
  func ended(_ connection: HTTP2ClientConnection, _ failure: ConnectionFailure?)
}

/// A connection to an HTTP/2 server over TLS; it stays with its event loop.
package final class HTTP2ClientConnection: HTTP2SessionDelegate {
  package weak var delegate: (any HTTP2ClientDelegate)?
  /// The address that the name led to, or the proxy's name; nil before there is a connection.
  package private(set) var remoteAddress: String?
  /// True once the server has sent GOAWAY: it accepts no further streams.
  package private(set) var isGoingAway = false
  /// True once the server's settings have arrived.
  package var isOpen: Bool { phase == .open }

  /// The phase of the connection.
  private enum Phase: Equatable {
    case connecting
    /// The proxy is asked.
    case tunnelling
    case securing
    /// TLS stands, and HTTP/2's first frame is missing; with the protocol that the server has chosen.
    case greeting(String?)
    case open
    case ended
  }

  private let options: HTTP2ClientOptions
  private let eventLoop: any EventLoop
  private let channel = HTTP2Channel()
  private let attempts = ConnectionAttempts()
  /// The channel that carries the connection, whatever speaks on it.
  private var transport: (any Channel)?
  private var phase = Phase.connecting
  private var told: Set<Int32> = []

  /// Makes a connection that is not there yet.
  package init(_ options: HTTP2ClientOptions, on eventLoop: any EventLoop) {
    self.options = options
    self.eventLoop = eventLoop
    // The channel holds its connection until it ends, whoever else has let go of it.
    channel.events.ready = { self.ready($0, $1) }
    channel.events.turned = { self.delegate?.turned(self) }
    channel.events.over = {
      self.isGoingAway ? nil : ConnectionFailure(.http2, "what it sends is not HTTP/2")
    }
    channel.events.ended = { self.end($0 ?? (self.channel.isClosing ? nil : self.farewell)) }
  }

  private var hasEnded: Bool { phase == .ended }

  /// Looks the name up and connects; the outcome is told to the delegate.
  ///
  /// SwiftNIO tries the addresses as RFC 8305 says, each on a channel of its own; what speaks TLS and HTTP/2 is
  /// added to the one that wins, so that the end of another ends nothing. Where TLS fails on that one, the next
  /// address is not tried, as curl and Go do not either: another answer from the same name would hide who answers.
  package func connect() {
    eventLoop.assertInEventLoop()
    let attempts = NIOLoopBound(attempts, eventLoop: eventLoop)
    ClientBootstrap(group: eventLoop)
      .connectTimeout(.nanoseconds(of: options.connectTimeout))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ConnectionAttempt(attempts.value))
        }
      }
      .connect(host: options.proxy?.host ?? options.host, port: options.proxy?.port ?? options.port)
      .assumeIsolated()
      .whenComplete { self.connected($0) }
  }

  private func connected(_ result: Result<any Channel, any Error>) {
    switch result {
    case .failure(let error): end(failure(ofConnecting: error))
    case .success(let channel):
      // It was given up in the meantime, and nobody else would close it.
      guard !hasEnded else {
        channel.close(promise: nil)
        return
      }
      transport = channel
      remoteAddress = channel.remoteAddress?.ipAddress
      if let proxy = options.proxy { tunnel(proxy, channel) } else { secure(channel) }
    }
  }

  private func tunnel(_ proxy: HTTP2ClientOptions.Proxy, _ channel: any Channel) {
    phase = .tunnelling
    let tunnel = ProxyTunnel(proxy, host: options.host, port: options.port) { failure in
      guard !self.hasEnded else { return }
      if let failure { self.end(failure) } else { self.secure(channel) }
    }
    attempt { try tunnel.begin(on: channel) }
  }

  /// Adds what speaks TLS and HTTP/2.
  private func secure(_ channel: any Channel) {
    phase = .securing
    attempt {
      let isAddress = (try? SocketAddress(ipAddress: options.host, port: 0)) != nil
      // A dot at the end is no part of the name in certificates and in TLS (RFC 6066 §3).
      let host = options.host.hasSuffix(".") ? String(options.host.dropLast()) : options.host
      let trust = try ServerTrust(host: host, isAddress: isAddress, roots: options.trustRoots)
      let own = self.channel
      let tls = try NIOSSLClientHandler(
        context: try Self.context(options), serverHostname: isAddress ? nil : host
      ) { chain, promise in
        // One that cannot be written stays in its place: the next is not the server's own.
        let failure = trust.failure(of: chain.map { (try? $0.toDERBytes()) ?? [] })
        if let failure { own.refuse(failure) }
        promise.succeed(failure == nil ? .certificateVerified : .failed)
      }
      try channel.pipeline.syncOperations.addHandler(tls, name: HTTP2Channel.tlsName)
      try channel.pipeline.syncOperations.addHandler(own)
    }
  }

  private func attempt(_ body: () throws -> Void) {
    do { try body() } catch { end(ConnectionFailure(error)) }
  }

  /// Returns the reason why there is no connection, with every address that was tried.
  private func failure(ofConnecting error: any Error) -> ConnectionFailure {
    var failure = ConnectionFailure(error)
    if case ChannelError.connectTimeout = error {
      let host = options.proxy?.host ?? options.host
      failure =
        attempts.text(silence: failure.cause).map { ConnectionFailure(.network, $0) }
        ?? ConnectionFailure(.name, "the name '\(host)' was not looked up in time")
    }
    if let proxy = options.proxy {
      failure = ConnectionFailure(.proxy, "no connection to the proxy \(proxy): \(failure.cause)")
    }
    return failure
  }

  /// The failure that it is where the server ends the connection now.
  private var farewell: ConnectionFailure {
    switch phase {
    case .connecting, .tunnelling, .securing:
      ConnectionFailure(.tls, "it ended the connection in the TLS handshake")
    case .greeting(let chosen):
      chosen == nil
        ? ConnectionFailure(.http2, "\(Self.noALPN), and it ended the connection before HTTP/2's settings")
        : ConnectionFailure(.http2, "it ended the connection before HTTP/2's settings")
    case .open, .ended: ConnectionFailure(.ended, "it ended the connection")
    }
  }

  private static let noALPN = "it has not chosen HTTP/2 in the TLS handshake (ALPN)"

  /// The failure that it is where nothing comes.
  package var silence: ConnectionFailure {
    switch phase {
    case .connecting:
      attempts.text(silence: "no answer").map { ConnectionFailure(.network, $0) }
        ?? ConnectionFailure(
          .name, "the name '\(options.proxy?.host ?? options.host)' was not looked up in time")
    case .tunnelling:
      ConnectionFailure(
        .proxy, "the proxy \(options.proxy?.description ?? "") took the connection and then said nothing")
    case .securing:
      ConnectionFailure(.tls, "it took the connection and then said nothing in the TLS handshake")
    case .greeting(let chosen):
      ConnectionFailure(
        .http2,
        "\(chosen == nil ? Self.noALPN : "TLS stands"), and then said nothing: no HTTP/2 settings came")
    case .open: ConnectionFailure(.ended, "no answer in time")
    case .ended: ConnectionFailure(.ended, "the connection ended")
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

  /// Sends the requests that were begun since the last flush.
  package func flush() { channel.flush() }

  /// Gives up on a request; the server is told so.
  package func cancel(_ tag: UInt64) {
    guard let session = channel.session,
      let (id, _) = session.streams.first(where: { $0.value.tag == tag })
    else { return }
    told.insert(id)
    session.reset(id, .cancel)
  }

  /// Sends a PING; the answer is reported by `ponged` (RFC 9113 §6.7).
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

  private func ready(_ channel: HTTP2Channel, _ chosen: String?) {
    phase = .greeting(chosen)
    let session = HTTP2Session(
      isServer: false, settings: options.settings, keepsAllHeaders: options.keepsAllHeaders,
      bounds: HTTP2Session.Bounds(body: 64 << 10), delegate: self)
    channel.session = session
    channel.flush()
  }

  func settingsReceived() {
    if !hasEnded { phase = .open }
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

  private func end(_ failure: ConnectionFailure?) {
    guard !hasEnded else { return }
    let failure = failure.map(complete)
    phase = .ended
    channel.events = HTTP2Channel.Events()
    transport?.close(promise: nil)
    // A request of which nothing has left is nobody's; of others nobody knows.
    for (id, stream) in channel.session?.takeStreams() ?? [] where told.remove(id) == nil {
      delegate?.failed(self, stream.tag, .unknown)
    }
    delegate?.ended(self, failure)
  }

  /// Returns a failure with what is known of the way besides.
  private func complete(_ failure: ConnectionFailure) -> ConnectionFailure {
    var failure = failure
    switch phase {
    case .greeting(nil) where [.network, .tls, .ended].contains(failure.kind):
      failure = ConnectionFailure(.http2, "\(Self.noALPN); then: \(failure.cause)")
    case .greeting where failure.kind == .network:
      failure.cause += ", before HTTP/2's settings"
    case .securing where failure.kind == .network:
      failure = ConnectionFailure(.tls, "\(failure.cause), in the TLS handshake")
    default: break
    }
    if let proxy = options.proxy, phase != .connecting, phase != .tunnelling {
      failure.cause = "through the proxy \(proxy): \(failure.cause)"
    }
    return failure
  }

  // MARK: TLS

  private static func context(_ options: HTTP2ClientOptions) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["h2"]
    // ServerTrust checks the certificate, in place of all that SwiftNIO checks.
    configuration.certificateVerification = .noHostnameVerification
    configuration.trustRoots = .certificates([])
    if !options.certificateChain.isEmpty {
      configuration.certificateChain = try options.certificateChain.map {
        .certificate(try NIOSSLCertificate(bytes: $0, format: .der))
      }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: options.privateKey, format: .der))
    }
    return try NIOSSLContext(configuration: configuration)
  }
}
