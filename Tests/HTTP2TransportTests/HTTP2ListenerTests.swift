import Foundation
import HTTP2Testing
import HTTP2Transport
import Synchronization
import Testing

/// Unix sockets and passed descriptors.
struct HTTP2ListenerTests {
  private static func path() -> String { "/tmp/h2-\(UUID().uuidString).sock" }

  private static func server(_ listener: HTTP2Listener) async throws -> ScriptedServer {
    var options = try ServerIdentity.options()
    options.listeners = [listener]
    return try await ScriptedServer(options)
  }

  private static func error(_ listener: HTTP2Listener) async throws -> String? {
    do {
      let server = try await server(listener)
      await server.stop()
      return nil
    } catch {
      return HTTP2Server.text(of: error)
    }
  }

  private static func status(of path: String) async throws -> Int? {
    let client = try RawClient(unix: path)
    client.greet()
    client.send(.head(1, isLast: true))
    return await client.nextStatus()
  }

  @Test func aUnixSocketHasItsModeAndIsRemovedAtTheEnd() async throws {
    let path = Self.path()
    let server = try await Self.server(.unix(path: path, mode: 0o620))
    var found = stat()
    #expect(lstat(path, &found) == 0 && found.st_mode == S_IFSOCK | 0o620)
    #expect(try await Self.status(of: path) == 200)
    // This process itself.
    #expect(server.peers.withLock { $0 } == [.process(uid: getuid(), pid: getpid())])
    await server.stop()
    #expect(lstat(path, &found) != 0)
  }

  @Test func aSocketOfADeadServerIsReplacedAndOneOfALiveOneIsNot() async throws {
    let path = Self.path()
    // A listener that ends without removing its file, as after kill -9.
    let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let isBound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    #expect(isBound && listen(dead, 1) == 0)
    close(dead)
    let server = try await Self.server(.unix(path: path, mode: 0o600))
    #expect(
      try await Self.error(.unix(path: path, mode: 0o600))
        == "\(path): a server listens there; stop it or choose another path")
    #expect(try await Self.status(of: path) == 200)
    // What has taken its name since is another's.
    unlink(path)
    try Data().write(to: URL(fileURLWithPath: path))
    await server.stop()
    #expect(FileManager.default.fileExists(atPath: path))
    #expect(
      try await Self.error(.unix(path: path, mode: 0o600))
        == "\(path): it is no socket; remove it or choose another path")
    unlink(path)
  }

  @Test func aPathThatNoSocketCanHaveIsNamed() async throws {
    let long = "/tmp/" + String(repeating: "x", count: 103)
    #expect(
      try await Self.error(.unix(path: long, mode: 0o600))
        == "\(long): a socket's path has 1 to 107 bytes; choose a shorter one")
    #expect(
      try await Self.error(.unix(path: "/nowhere/s", mode: 0o600)) == "/nowhere: No such file or directory")
  }

  @Test func aServerWithoutACertificateListensOnUnixSocketsAlone() async throws {
    var options = HTTP2Server.Options()
    options.listeners = [.unix(path: Self.path(), mode: 0o600), .addresses(["127.0.0.1"], port: 0)]
    await #expect(throws: HTTP2ServerError.self) { try await ScriptedServer(options) }
    // The first one is not left behind.
    if case .unix(let path, _) = options.listeners[0] {
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  /// As systemd passes them: bound, and listening.
  @Test func passedDescriptorsAreListenedOn() async throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let isBound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    #expect(isBound)
    #expect(
      try await Self.error(.descriptor(listener))
        == "descriptor \(listener): it is no listening stream socket of IP or Unix; check the socket unit")
    #expect(listen(listener, 16) == 0)
    let server = try await Self.server(.descriptor(listener))
    #expect(server.port > 0)
    let events = try await Exchange.events(try server.client(), { $0.post(1) }, until: \.isEndOfRequest)
    #expect(events.contains(.answered(1, status: 200, headers: [], body: [])))
    #expect(server.peers.withLock { $0 } == [.address("127.0.0.1")])
    await server.stop()
    #expect(try await Self.error(.descriptor(9999))?.hasPrefix("descriptor 9999: ") == true)
  }

  /// Clients that are not ours, with prior knowledge (RFC 9113 §3.3); they must read what is said before their body's end.
  @Test(.enabled(if: hasProgram("curl") && hasProgram("h2load"))) func otherClientsAreServedWithoutTLS()
    async throws
  {
    let (server, path) = try await ScriptedServer.unix(
      limits { $0.body = 5120 },
      began: { head, connection in
        if head.header("authorization") == "bad" {
          connection.respond(head.stream, status: 403, body: Array("early".utf8))
        }
      })
    let large = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).body")
    try Data(repeating: 0x61, count: 2_000_000).write(to: large)
    func curl(_ words: String...) throws -> String {
      try output(
        ["curl", "-s", "--http2-prior-knowledge", "--unix-socket", path, "-w", "%{http_code}/%{exitcode}"]
          + words
          + ["http://localhost/3/device/0"])
    }
    #expect(try curl("-d", "{}") == "200/0")
    #expect(try curl("-H", "authorization: bad", "-d", "{}") == "early403/0")
    #expect(try curl("-H", "authorization: bad", "--data-binary", "@\(large.path)") == "early403/0")
    #expect(try curl("--data-binary", "@\(large.path)") == "413/0")
    #expect(try curl("-H", "x: \(String(repeating: "x", count: 9000))", "-d", "{}") == "431/0")
    let load = try output([
      "h2load", "-n", "2000", "-c", "4", "-m", "50", "--base-uri", "unix:\(path)", "http://localhost/",
    ])
    #expect(load.contains("2000 succeeded, 0 failed, 0 errored, 0 timeout"), "\(load)")
    try FileManager.default.removeItem(at: large)
    await server.stop()
  }
}
