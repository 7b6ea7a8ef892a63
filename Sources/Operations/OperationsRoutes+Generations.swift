import HTTPTypes
import Hummingbird

extension OperationsRoutes {
  /// Adds the routes by which plugins are replaced.
  package mutating func addGenerations(_ source: some GenerationSource) {
    on(.get, "/v1/generations") { _, _ in
      Self.json(GenerationStatus.json(await source.generations()))
    }
    on(.post, "/v1/reload") { _, _ in try await Self.answer { await source.reload() } }
    on(.post, "/v1/generations/:generation/activate") { _, context in
      let number = try Self.number(context.parameters.get("generation") ?? "")
      return try await Self.answer { await source.activate(number) }
    }
  }

  /// Reads the number of a generation; nil for the one before.
  private static func number(_ text: String) throws(Problem) -> Int? {
    if text == "previous" { return nil }
    guard let number = Int(text), number > 0 else {
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
