import HTTPTypes
import Hummingbird

extension OperationsRoutes {
  /// Adds the routes by which plugins are replaced.
  package mutating func addGenerations(_ source: some GenerationSource) {
    on(.get, "/v1/generations") { _, _ in await Self.generations(source) }
    on(.post, "/v1/reload") { _, _ in try await Self.reload(source) }
    on(.post, "/v1/generations/:generation/activate") { _, context in
      try await Self.activate(context.parameters.get("generation") ?? "", source)
    }
  }

  /// Answers with the generations that are kept.
  package static func generations(_ source: some GenerationSource) async -> Response {
    json(GenerationStatus.json(await source.generations()))
  }

  /// Reloads, and answers with what came of it.
  package static func reload(_ source: some GenerationSource) async throws -> Response {
    try await answer { await source.reload() }
  }

  /// Puts a generation in force again, and answers with what came of it.
  ///
  /// - Parameter generation: its number, or `previous`.
  package static func activate(
    _ generation: String, _ source: some GenerationSource
  ) async throws -> Response {
    let number = try number(generation)
    return try await answer { await source.activate(number) }
  }

  /// Reads the number of a generation; nil for the one before.
  private static func number(_ text: String) throws(Problem) -> Int? {
    if text == "previous" { return nil }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), number > 0 else {
      throw Problem(.badRequest, "a generation is a number of 1 or more, or 'previous'; change the path")
    }
    return number
  }

  /// Carries out an order to its end, also where the client does not wait for it; a stop of the service waits for none.
  private static func answer(_ order: @escaping @Sendable () async -> ReloadAnswer) async throws -> Response {
    let (answers, continuation) = AsyncStream.makeStream(of: ReloadAnswer.self)
    Task {
      continuation.yield(await order())
      continuation.finish()
    }
    for await answer in answers { return try response(answer) }
    throw CancellationError()
  }

  private static func response(_ answer: ReloadAnswer) throws(Problem) -> Response {
    switch answer {
    case .done(let report): return json(report.json)
    case .busy(let text): throw Problem(.conflict, text, headers: [.retryAfter: "1"])
    case .unknown(let text): throw Problem(.notFound, text)
    case .failed(let text): throw Problem(.unprocessableContent, text)
    }
  }
}
