import HTTP2Transport
import Synchronization
import Testing

/// A server that answers as a test says.
final class ScriptedServer: Sendable {
  typealias Script = @Sendable (HTTP2Request, HTTP2ServerConnection) -> Void

  private final class Handler: HTTP2ServerHandler {
    let server: ScriptedServer
    init(_ server: ScriptedServer) { self.server = server }

    func opened(_ connection: HTTP2ServerConnection) {
      server.peers.withLock { $0.append(connection.peer) }
    }
    func began(_ head: HTTP2Request, _ connection: HTTP2ServerConnection) { server.began(head, connection) }
    func refused(_ request: HTTP2Request, _ refusal: HTTP2Refusal, _ connection: HTTP2ServerConnection) {
      server.refused.withLock { $0.append((request, refusal)) }
      if server.answersRefusals { connection.respond(request.stream, status: refusal.status) }
    }
    func received(_ request: HTTP2Request, _ connection: HTTP2ServerConnection) {
      server.requests.withLock { $0.append(request) }
      server.script(request, connection)
    }
    func cancelled(_ stream: Int32) { server.cancelled.withLock { $0.append(stream) } }
    func closed(_ connection: HTTP2ServerConnection) { server.closed.withLock { $0 += 1 } }
  }

  let requests = Mutex<[HTTP2Request]>([])
  let refused = Mutex<[(request: HTTP2Request, refusal: HTTP2Refusal)]>([])
  let peers = Mutex<[HTTP2Peer]>([])
  let cancelled = Mutex<[Int32]>([])
  let closed = Mutex(0)
  private let started = Mutex<(server: HTTP2Server?, port: Int)>((nil, 0))
  private let script: Script
  private let began: Script
  private let answersRefusals: Bool

  init(
    _ given: HTTP2Server.Options? = nil, answersRefusals: Bool = true,
    _ script: @escaping Script = { request, connection in connection.respond(request.stream, status: 200) },
    began: @escaping Script = { _, _ in }
  ) async throws {
    self.script = script
    self.began = began
    self.answersRefusals = answersRefusals
    let options = try given ?? ServerIdentity.options()
    let server = HTTP2Server(options) { [unowned self] in Handler(self) }
    let port = try await server.start()
    started.withLock { $0 = (server, port) }
  }

  var port: Int { started.withLock { $0.port } }

  var server: HTTP2Server { get throws { try #require(started.withLock { $0.server }) } }

  /// The settings of a client that trusts this server.
  func client() throws -> HTTP2ClientOptions {
    var options = HTTP2ClientOptions(host: "localhost", port: port)
    options.trustRoots = try ServerIdentity.localhost.get().roots
    return options
  }

  func stop() async { await started.withLock { $0.server }?.stop() }
}
