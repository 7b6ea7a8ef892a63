import Foundation
import Logging
import NIOCore
import Operations
import ServiceLife
import ServiceLifecycle
import Testing

/// The routes by which plugins are replaced, and what comes back over them.
struct GenerationRoutesTests {
  private struct Source: GenerationSource {
    var answer: ReloadAnswer

    func reload() async -> ReloadAnswer { answer }

    func activate(_ number: Int?) async -> ReloadAnswer {
      .done(ReloadReport(.rolledBack, generation: number ?? 77, digest: "d", plugins: []))
    }

    func generations() async -> [GenerationStatus] { GenerationRoutesTests.list }
  }

  private static let list = [
    GenerationStatus(
      number: 3, isInForce: false, since: 1_700_000_000_123, digest: "aa", plugins: ["a\"b", "c"]),
    GenerationStatus(number: 4, isInForce: true, since: 0, digest: "bb", plugins: []),
  ]

  private static var report: ReloadReport {
    var report = ReloadReport(.activated, generation: 4, digest: "0f", plugins: ["a\"b", "\u{1F600}"])
    report.cases = 12
    report.milliseconds = 345
    return report
  }

  /// Runs a listener with the routes as long as `body` does.
  private static func ask(
    _ answer: ReloadAnswer, _ method: OperationsClient.Method, _ target: String
  ) async throws -> (status: Int, body: [UInt8]) {
    let path = FileManager.default.temporaryDirectory.appending(path: "n-\(UUID().uuidString.prefix(8))").path
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    var routes = OperationsRoutes()
    routes.addGenerations(Source(answer: answer))
    var limits = RequestLimits()
    // Other tests may hold all threads for minutes.
    limits.requestTime = .hours(1)
    limits.responseTime = .hours(1)
    limits.idleTime = .hours(1)
    let listener = OperationsListener(
      [try ListeningSocket(path: path)], open: OperationsRoutes(), control: routes, limits: limits,
      logger: logger)
    let group = ServiceGroup(services: [listener], logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      let answer: OperationsClient.Answer
      do {
        answer = try await OperationsClient.ask(method, target, socket: path, within: .seconds(600))
      } catch {
        await group.triggerGracefulShutdown()
        throw error
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
      return (answer.status, answer.body)
    }
  }

  @Test func aReloadIsReported() async throws {
    let (status, body) = try await Self.ask(.done(Self.report), .post, "/v1/reload")
    #expect(status == 200 && ReloadReport(json: body) == Self.report)
    // Foundation's reader is the judge.
    let object = try #require(JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
    #expect(object["result"] as? String == "activated" && object["milliseconds"] as? Int == 345)
  }

  @Test(arguments: [
    (ReloadAnswer.busy("wait"), 409), (.unknown("none"), 404), (.failed("p.lua:1: no; fix it"), 422),
  ])
  func whatWasNotDoneSaysWhy(_ answer: ReloadAnswer, _ expected: Int) async throws {
    let (status, body) = try await Self.ask(answer, .post, "/v1/reload")
    let object = try #require(JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
    #expect(status == expected && object["status"] as? Int == expected)
    let details = ["wait", "none", "p.lua:1: no; fix it"]
    #expect(details.contains(object["detail"] as? String ?? ""))
  }

  @Test(arguments: [("previous", 77), ("5", 5)])
  func aGenerationIsNamed(_ name: String, _ number: Int) async throws {
    let (status, body) = try await Self.ask(.busy(""), .post, "/v1/generations/\(name)/activate")
    #expect(status == 200 && ReloadReport(json: body)?.generation == number)
  }

  @Test(arguments: ["0", "-1", "+1", "x", "99999999999999999999", "1.5", "%31%00"])
  func whatIsNoGenerationIsRefused(_ name: String) async throws {
    #expect(try await Self.ask(.busy(""), .post, "/v1/generations/\(name)/activate").status == 400)
  }

  @Test func theListComesAsItWasWritten() async throws {
    let (status, body) = try await Self.ask(.busy(""), .get, "/v1/generations")
    #expect(status == 200 && GenerationStatus.list(json: body) == Self.list)
    #expect(try await Self.ask(.busy(""), .get, "/v1/reload").status == 405)
  }

  @Test(arguments: [
    "", "{}", "[]", #"{"generations":1}"#, #"{"generations":[{}]}"#, #"{"generations":[1]}"#,
    #"{"generations":[{"generation":"1","since":"x","digest":1}]}"#,
  ])
  func whatIsNoListIsNone(_ text: String) {
    #expect(GenerationStatus.list(json: Array(text.utf8)) == nil)
    #expect(ReloadReport(json: Array(text.utf8)) == nil)
  }
}
