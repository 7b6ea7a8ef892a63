import APNs
import APNsCredentials
import Applications
import Delivery
import DeliveryTesting
import Foundation
import HTTP2Transport
import NotificationModel
import Synchronization
import Testing

/// A server that answers as a test says, with its certificate and the credential that the tests push with.
final class TestServer: Sendable {
  /// What came, in order.
  struct Arrival: Sendable {
    var connection: Int
    var stream: Int32
    var headers: [HTTP2Header]
    var body: [UInt8]

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    /// The device token of the path.
    var token: String { header(":path").map { String($0.dropFirst("/3/device/".count)) } ?? "" }
  }

  /// Answers a request; the number counts the requests of all connections from 1.
  typealias Script = @Sendable (Arrival, Int, HTTP2ServerConnection) -> Void

  private struct State {
    var arrivals: [Arrival] = []
    var opened = 0
  }

  private final class Handler: HTTP2ServerHandler {
    let server: TestServer
    init(_ server: TestServer) { self.server = server }

    func opened(_ connection: HTTP2ServerConnection) {
      server.state.withLock { $0.opened += 1 }
    }

    func received(_ request: HTTP2Request, _ connection: HTTP2ServerConnection) {
      let arrival = Arrival(
        connection: connection.id, stream: request.stream, headers: request.headers, body: request.body)
      let number = server.state.withLock { state in
        state.arrivals.append(arrival)
        return state.arrivals.count
      }
      server.script(arrival, number, connection)
    }

    func cancelled(_ stream: Int32) {}
    func closed(_ connection: HTTP2ServerConnection) {}
  }

  private let state = Mutex(State())
  private let script: Script
  private let server = Mutex<HTTP2Server?>(nil)
  private let portNumber = Mutex(0)

  /// Answers every request with 200, unless a script says otherwise.
  init(
    settings: HTTP2Settings = HTTP2Settings(), port: Int = 0,
    _ script: @escaping Script = { arrival, _, connection in TestServer.accept(arrival, connection) }
  ) async throws {
    self.script = script
    let files = try TestFiles.shared.get()
    var options = HTTP2Server.Options(certificateChain: [files.certificate], privateKey: files.key)
    options.settings = settings
    options.listeners = [.addresses(["127.0.0.1"], port: port)]
    let server = HTTP2Server(options) { [unowned self] in Handler(self) }
    let bound = try await server.start()
    portNumber.withLock { $0 = bound }
    self.server.withLock { $0 = server }
  }

  var port: Int { portNumber.withLock { $0 } }
  var arrivals: [Arrival] { state.withLock { $0.arrivals } }
  var connections: Int { state.withLock { $0.opened } }

  func stop() async { await server.withLock { $0 }?.stop() }

  static func accept(_ arrival: Arrival, _ connection: HTTP2ServerConnection) {
    connection.respond(
      arrival.stream, status: 200, headers: [HTTP2Header("apns-id", arrival.header("apns-id") ?? "")])
  }

  static func refuse(
    _ arrival: Arrival, _ connection: HTTP2ServerConnection, _ status: Int, _ reason: String,
    timestamp: Int64? = nil, headers: [HTTP2Header] = []
  ) {
    let time = timestamp.map { ",\"timestamp\":\($0)" } ?? ""
    connection.respond(
      arrival.stream, status: status, headers: headers, body: Array("{\"reason\":\"\(reason)\"\(time)}".utf8))
  }

  /// Options of a sink that pushes to this server, and is less patient than one in earnest.
  func options(_ change: (inout APNsOptions) -> Void = { _ in }) throws -> APNsOptions {
    var options = APNsOptions()
    options.server = .init(host: "localhost", port: port)
    options.trustRoots = try TestFiles.shared.get().certificatePath
    options.topic = "com.example.app"
    options.reconnectDelay = .milliseconds(20)
    options.blockTime = .milliseconds(300)
    change(&options)
    return options
  }
}

/// What `openssl` makes for the tests, once.
struct TestFiles {
  var certificatePath: String
  var certificate: [UInt8]
  var key: [UInt8]
  var p8: [UInt8]

  static let shared = Result { try TestFiles() }

  private init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-apns-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      for name in ["s.key", "s.der", "k.der", "k.p8"] {
        try? FileManager.default.removeItem(at: folder.appending(path: name))
      }
    }
    func run(_ words: String) throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["openssl"] + words.split(separator: " ").map(String.init)
      process.currentDirectoryURL = folder
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0, "openssl \(words)")
    }
    try run(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout s.key -out ca.pem -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1"
    )
    try run("x509 -in ca.pem -outform DER -out s.der")
    try run("pkcs8 -topk8 -nocrypt -in s.key -outform DER -out k.der")
    try run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out k.p8")
    func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: name))) }
    certificatePath = folder.appending(path: "ca.pem").path
    certificate = try read("s.der")
    key = try read("k.der")
    p8 = try read("k.p8")
  }

  static func credential(_ name: String = "test", keyID: String = "ABCDE12345") throws -> Credential {
    try Credential(
      name: name,
      secret: .key(
        SigningKey(p8: try shared.get().p8), keyID: keyID, teamID: "TEAM123456"),
      application: .development)
  }
}

/// Gives notifications to a sink, and waits until each has been told of; that one is told of twice is an issue.
func deliver(
  _ notifications: [PushNotification], to sink: UsedSink<APNsSink>, within seconds: Double = 20
) -> [UInt64: DeliveryResult] {
  var results: [UInt64: DeliveryResult] = [:]
  var rest = notifications[...]
  let end = Date().addingTimeInterval(seconds)
  while results.count < notifications.count, Date() < end {
    let count = min(sink.room, rest.count)
    if count > 0 {
      sink.take(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    sink.turn(timeout: .milliseconds(100))
    for report in sink.takeReports() {
      #expect(results.updateValue(report.result, forKey: report.ticket) == nil, "told twice")
    }
  }
  #expect(results.count == notifications.count, "not all were told of")
  return results
}

/// Notifications with the tickets 1 to `count`, each with a token of its own.
func notifications(_ count: Int, payload: String = #"{"aps":{"alert":"Hello"}}"#) -> [PushNotification] {
  (0..<count).map { index in
    let digits = String(index + 1, radix: 16)
    return PushNotification(
      ticket: UInt64(index + 1), place: "test:\(index + 1)",
      deviceToken: String(repeating: "0", count: 64 - digits.count) + digits, payload: Array(payload.utf8))
  }
}
