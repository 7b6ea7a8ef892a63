import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Operations
import ServiceLife
import ServiceLifecycle
import Synchronization
import Testing

/// The listener with its own client; Tests/Strangers/service.py has clients that are not ours, and hostile ones.
struct OperationsListenerTests {
  private struct Source: OperationsSource {
    var left = 0
    func metrics(_ form: MetricsForm) async -> [UInt8] { Array("\(form)\n".utf8) }
    func failures() async -> [String] { [] }
    func obstacles() async -> [String] { ["full"] }
    func status() async -> ServiceStatus {
      ServiceStatus(state: .running, since: 0, startedAt: 0, process: 1, version: "1", configuration: "c")
    }
    func drain(within limit: Duration) async -> DrainResult {
      if limit > .seconds(1) { try? await Task.sleep(for: limit) }
      return DrainResult(left: left, isLeftDurable: false)
    }
  }

  private struct Oops: Error {}

  /// Runs a listener on a Unix socket as long as `body` does.
  private static func withListener(
    _ routes: OperationsRoutes = .control(Source(left: 2)),
    _ body: @escaping @Sendable (String) async throws -> Void
  ) async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "n-\(UUID().uuidString.prefix(8))").path
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    // Other tests may hold all threads for minutes.
    var limits = RequestLimits()
    limits.requestTime = .hours(1)
    limits.responseTime = .hours(1)
    limits.idleTime = .hours(1)
    let listener = OperationsListener(
      [try ListeningSocket(path: path)], open: .open(Source()), control: routes, limits: limits,
      logger: logger)
    let group = ServiceGroup(services: [listener], logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      do { try await body(path) } catch {
        await group.triggerGracefulShutdown()
        throw error
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  private static func ask(_ path: String, _ target: String, _ method: OperationsClient.Method = .get)
    async throws -> (
      status: Int, text: String
    )
  {
    let answer = try await OperationsClient.ask(method, target, socket: path, within: .seconds(600))
    return (answer.status, String(decoding: answer.body, as: UTF8.self))
  }

  @Test func answersOnItsRoutes() async throws {
    try await Self.withListener { path in
      #expect(try await Self.ask(path, "/metrics") == (200, "text\n"))
      #expect(try await Self.ask(path, "/healthz") == (200, "alive\n"))
      #expect(try await Self.ask(path, "/readyz") == (503, "full\n"))
      let status = try await Self.ask(path, "/v1/status")
      #expect(ServiceStatus(json: Array(status.text.utf8))?.configuration == "c")
      let drain = try await Self.ask(path, "/v1/drain?timeout=1", .post)
      #expect(drain == (200, #"{"state":"draining","left":2,"left_is_durable":false}"# + "\n"))
    }
  }

  @Test(arguments: [
    ("/v1/drain", OperationsClient.Method.get, 405), ("/metrics", .post, 405), ("/none", .get, 404),
    ("/v1/drain?timeout=-1", .post, 400), ("/v1/drain?timeout=1.5", .post, 400),
  ])
  func anErrorHasABodyThatSaysSo(_ target: String, _ method: OperationsClient.Method, _ status: Int)
    async throws
  {
    try await Self.withListener { path in
      let answer = try await Self.ask(path, target, method)
      let problem = try #require(JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any])
      #expect(answer.status == status && problem["status"] as? Int == status)
      #expect(
        problem["type"] as? String == "about:blank" && problem["title"] is String
          && problem["detail"] is String)
    }
  }

  /// Who adds routes gets parameters, errors and refusals of other methods in the same way.
  @Test func routesCanBeAdded() async throws {
    var routes = OperationsRoutes.control(Source())
    routes.on(.get, "/v1/notifications/:id") { _, context in
      guard let id = context.parameters.get("id"), id != "broken" else { throw Oops() }
      return .init(text: "notification \(id)", type: "text/plain")
    }
    routes.on(.post, "/v1/notifications/:id") { _, _ in
      throw Problem(.conflict, "it is there already; leave it")
    }
    try await Self.withListener(routes) { path in
      #expect(try await Self.ask(path, "/v1/notifications/7") == (200, "notification 7"))
      #expect(try await Self.ask(path, "/v1/notifications/7", .post).status == 409)
      let broken = try await Self.ask(path, "/v1/notifications/broken")
      #expect(broken.status == 500 && !broken.text.contains("Oops"))
    }
  }

  @Test func aStopWaitsForNoDrain() async throws {
    let start = ContinuousClock.now
    try await Self.withListener { path in
      let drain = Task { try await Self.ask(path, "/v1/drain?timeout=86400", .post) }
      try await Task.sleep(for: .milliseconds(200))
      _ = drain
    }
    // Other tests may hold all threads for minutes; the drain alone would take a day.
    #expect(ContinuousClock.now - start < .seconds(3600))
  }

  @Test func aClientSaysWhyItHasNoAnswer() async {
    let none = FileManager.default.temporaryDirectory.appending(path: "n-\(UUID().uuidString.prefix(8))").path
    await #expect(throws: OperationsClient.Failure.nobodyListens) { try await Self.ask(none, "/") }
    await #expect(throws: OperationsClient.Failure.nobodyListens) { try await Self.ask("/etc/passwd", "/") }
  }
}
