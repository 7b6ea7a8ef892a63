import APNsCredentials
import Foundation
import HTTP2Transport
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// An authority of the tests' own, with the certificate of its server.
struct ServerIdentity {
  /// The authority's certificate, a PEM file.
  let roots: String
  let certificate: [UInt8]
  let key: [UInt8]

  /// For the name `localhost` alone.
  static let localhost = Result { try ServerIdentity() }

  private init() throws {
    let now = Int64(Date().timeIntervalSince1970)
    let authority = try CertificateAuthority(commonName: "Test CA", validity: now - 60..<now + 86_400)
    var request = CertificateAuthority.Request(commonName: "localhost", validity: now - 60..<now + 86_400)
    request.hosts = ["localhost"]
    let issued = try authority.issue(request)
    let file = FileManager.default.temporaryDirectory.appending(path: "roots-\(UUID().uuidString).pem")
    let text = Data(authority.certificate).base64EncodedString(options: .lineLength64Characters)
    try "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n".write(
      to: file, atomically: true, encoding: .utf8)
    (roots, certificate, key) = (file.path, issued.certificate, issued.key)
  }
}

extension ServerIdentity {
  /// The settings of a server with this certificate.
  static func options(
    _ change: (inout HTTP2Server.Options) -> Void = { _ in }
  ) throws -> HTTP2Server.Options {
    let identity = try localhost.get()
    var options = HTTP2Server.Options(certificateChain: [identity.certificate], privateKey: identity.key)
    change(&options)
    return options
  }
}

/// An event of a client's connection.
enum ClientEvent: Sendable, Equatable {
  case settings(streams: Int)
  case answered(UInt64, status: Int, headers: [HTTP2Header], body: [UInt8])
  case failed(UInt64, HTTP2RequestFailure)
  case goneAway(lastStreamID: Int32, HTTP2ErrorCode, debug: [UInt8])
  case ponged
  case ended(ConnectionFailure?)

  /// A Boolean value that indicates whether a request has come to its end.
  var isEndOfRequest: Bool {
    switch self {
    case .answered, .failed: true
    default: false
    }
  }

  var isEnd: Bool { if case .ended = self { true } else { false } }
}

/// Connects, does what a test says once the server's settings are there, and notes the events.
final class Exchange: Sendable {
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let noted = Mutex<[ClientEvent]>([])

  private final class Client: HTTP2ClientDelegate {
    let exchange: Exchange
    let begin: (HTTP2ClientConnection) -> Void
    /// Keeps itself until the connection has ended, which no longer names it then.
    var own: Client?
    private var hasBegun = false

    init(_ exchange: Exchange, _ begin: @escaping (HTTP2ClientConnection) -> Void) {
      self.exchange = exchange
      self.begin = begin
      own = self
    }

    private func note(_ event: ClientEvent) { exchange.noted.withLock { $0.append(event) } }

    func settingsChanged(_ connection: HTTP2ClientConnection) {
      note(.settings(streams: connection.maxConcurrentStreams))
      guard !hasBegun else { return }
      hasBegun = true
      begin(connection)
    }
    func answered(_ connection: HTTP2ClientConnection, _ tag: UInt64, _ response: HTTP2Response) {
      note(.answered(tag, status: response.status, headers: response.headers, body: response.body))
    }
    func failed(_ connection: HTTP2ClientConnection, _ tag: UInt64, _ failure: HTTP2RequestFailure) {
      note(.failed(tag, failure))
    }
    func goneAway(
      _ connection: HTTP2ClientConnection, lastStreamID: Int32, _ code: HTTP2ErrorCode, debug: [UInt8]
    ) { note(.goneAway(lastStreamID: lastStreamID, code, debug: debug)) }
    func ponged(_ connection: HTTP2ClientConnection) { note(.ponged) }
    func turned(_ connection: HTTP2ClientConnection) {}
    func ended(_ connection: HTTP2ClientConnection, _ failure: ConnectionFailure?) {
      note(.ended(failure))
      own = nil
    }
  }

  /// Returns the events up to the one that `isLast` accepts, or to the end of the connection.
  static func events(
    _ options: HTTP2ClientOptions, _ begin: @escaping @Sendable (HTTP2ClientConnection) -> Void = { _ in },
    until isLast: @Sendable (ClientEvent) -> Bool
  ) async throws -> [ClientEvent] {
    let exchange = Exchange()
    let loop = exchange.group.next()
    loop.execute {
      let connection = HTTP2ClientConnection(options, on: loop)
      connection.delegate = Client(exchange, begin).own
      connection.connect()
    }
    // Far more than any test takes: a hang is an issue, and not a hang of all the tests.
    for _ in 0..<2000 {
      let events = exchange.noted.withLock { $0 }
      if events.contains(where: { isLast($0) || $0.isEnd }) { break }
      try await Task.sleep(for: .milliseconds(10))
    }
    let events = exchange.noted.withLock { $0 }
    #expect(events.contains { isLast($0) || $0.isEnd }, "no end came: \(events)")
    try await exchange.group.shutdownGracefully()
    return events
  }

  /// Returns why there was no connection.
  static func failure(_ options: HTTP2ClientOptions) async throws -> ConnectionFailure? {
    for event in try await events(options, { $0.close() }, until: \.isEnd) {
      if case .ended(let failure) = event { return failure }
    }
    return nil
  }
}

extension HTTP2ClientConnection {
  /// Sends a request; false where the connection takes none.
  @discardableResult func post(_ tag: UInt64, body: [UInt8] = [], path: String = "/") -> Bool {
    var headers = HTTP2HeaderBlock()
    headers.add(":method", "POST")
    headers.add(":scheme", "https")
    headers.add(":authority", "localhost")
    headers.add(":path", path)
    defer { flush() }
    return send(&headers, body: body, tag: tag)
  }
}
