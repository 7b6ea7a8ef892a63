import Applications
import ClientKeys
import Composition
import FrontDoor
import HTTPTypes
import Hummingbird
import Messaging
import NotificationModel
import Operations
import Registry

/// The routes of chat messages.
struct MessageHandler: Sendable {
  /// The most messages of a stream that share a commit.
  private static let batchLimit = 100
  /// The most recipients of a stream, whose answers are in memory until its end.
  private static let streamLimit = 50_000

  let registry: RegistryParts
  let gate: APIGate

  /// Answers a request that sends a message, or a stream of them.
  func send(_ request: Request, _ caller: APICaller) async throws -> Response {
    switch request.mediaType {
    case "application/json":
      try gate.takeRate(caller, at: .now)
      let text = try await request.body.bytes(upTo: MessageRequest.limit)
      let (message, application) = try read(text, caller)
      if message.isDryRun {
        return MessageResponse(answer: try await preview(message, application)).response(.ok)
      }
      let answer = try await accept([message], application)[0].get()
      return MessageResponse(answer: answer).response(.accepted)
    case "application/x-ndjson": return try await stream(request, caller)
    default:
      throw Problem(
        .unsupportedMediaType,
        "the body is neither application/json nor application/x-ndjson; say in Content-Type which of them it is"
      )
    }
  }

  /// Answers with the decisions on a message.
  func decisions(_ id: String, _ request: Request, _ caller: APICaller) async throws -> Response {
    try gate.takeRate(caller, at: .now)
    let application = try registry.application(request.parameter("application"), caller, .query)
    let found = try await using { () throws(MessageError) in
      try await registry.messages.decisions(on: id, of: application)
    }
    if let found { return MessageResponse(answer: found).response(.ok) }
    throw Problem(
      .notFound,
      "the application '\(application.key)' has no such message; look at the id, and for how long messages"
        + " are kept (messages.keep)")
  }

  private func preview(
    _ message: MessageRequest, _ application: Applications.Application
  ) async throws(Problem) -> MessageAnswer {
    try await using { () throws(MessageError) in try await registry.messages.preview(message, of: application)
    }
  }

  private func read(
    _ text: [UInt8], _ caller: APICaller
  ) throws(Problem) -> (MessageRequest, Applications.Application) {
    let request: MessageRequest
    do throws(MessageProblem) {
      request = try MessageReader.request(text)
    } catch {
      throw Problem(error)
    }
    return (request, try registry.application(request.application, caller, .body))
  }

  private func accept(
    _ requests: [MessageRequest], _ application: Applications.Application
  ) async throws(Problem) -> [Result<MessageAnswer, Problem>] {
    try await using { () throws(MessageError) in
      try await registry.messages.accept(requests, of: application)
    }.map { $0.mapError { _ in .otherMessage } }
  }

  /// Does something with messages.
  ///
  /// - Throws: 409, or 503 where the registry fails, whose reason is in the log.
  private func using<Value>(
    _ body: () async throws(MessageError) -> Value
  ) async throws(Problem) -> Value {
    let failure: RegistryError
    do throws(MessageError) {
      return try await body()
    } catch .registry(let error) {
      failure = error
    } catch {
      throw .otherMessage
    }
    return try await registry.using { () throws(RegistryError) in throw failure }
  }

  // MARK: Streams

  /// A message of a stream, and the number of its line.
  private struct Line {
    var number: Int
    var request: MessageRequest
    var application: Applications.Application
  }

  private func stream(_ request: Request, _ caller: APICaller) async throws -> Response {
    var cutter = StreamLines(lineLimit: MessageRequest.limit)
    var batch: [Line] = []
    var answers: [String] = []
    var room = Self.streamLimit
    for try await buffer in request.body {
      for line in cutter.take(buffer.readableBytesView) { await add(line, caller, &batch, &answers, &room) }
    }
    if let line = cutter.end() { await add(line, caller, &batch, &answers, &room) }
    await flush(&batch, &answers)
    guard !answers.isEmpty else {
      throw Problem(.badRequest, "the stream has no line; send a JSON object on each")
    }
    return Response(text: answers.joined(), type: "application/x-ndjson")
  }

  /// Adds a line to those that share a commit, or answers it.
  private func add(
    _ line: StreamLines.Line, _ caller: APICaller, _ batch: inout [Line], _ answers: inout [String],
    _ room: inout Int
  ) async {
    do throws(Problem) {
      // A stream may last longer than its key.
      let caller = try gate.renew(caller, .send, at: .now)
      let (request, application) = try read(try line.content.get(), caller)
      try gate.takeRate(caller, at: .now)
      room -= request.recipients.count
      guard room >= 0 else {
        throw Problem(
          .contentTooLarge,
          "a stream has at most \(Self.streamLimit) recipients; send this message, and those behind it, in another request"
        )
      }
      if request.isDryRun {
        await flush(&batch, &answers)
        let answer = try await preview(request, application)
        return answers.append(MessageResponse(answer: answer).line(line.number, .ok))
      }
      let recipients = batch.reduce(request.recipients.count) { $0 + $1.request.recipients.count }
      if batch.count == Self.batchLimit || recipients > MessageRequest.recipientLimit
        || batch.first.map({ $0.application != application }) ?? false
      {
        await flush(&batch, &answers)
      }
      batch.append(Line(number: line.number, request: request, application: application))
    } catch {
      await flush(&batch, &answers)
      answers.append(error.line(line.number))
    }
  }

  /// Accepts what shares a commit, and answers it.
  private func flush(_ batch: inout [Line], _ answers: inout [String]) async {
    guard let application = batch.first?.application else { return }
    defer { batch = [] }
    do throws(Problem) {
      for (line, result) in zip(batch, try await accept(batch.map(\.request), application)) {
        switch result {
        case .success(let answer):
          answers.append(MessageResponse(answer: answer).line(line.number, .accepted))
        case .failure(let problem): answers.append(problem.line(line.number))
        }
      }
    } catch {
      for line in batch { answers.append(error.line(line.number)) }
    }
  }
}
