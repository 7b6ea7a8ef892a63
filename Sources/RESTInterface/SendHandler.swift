import Applications
import ClientKeys
import Digests
import EventLoop
import FrontDoor
import HTTPTypes
import Hummingbird
import LosslessJSON
import NIOCore
import NotificationModel
import Operations
import Registry

/// The routes by which clients send notifications.
final class SendHandler: Sendable {
  private let settings: SendSettings
  private let gate: APIGate
  private let intake: PushIntake
  private let calls: APICalls
  private let slots: Slots
  private let running = RunningKeys()
  private let source: any RESTSource
  private let registry: RegistryParts?
  private let metrics: APIMetrics

  init(
    _ settings: SendSettings, _ gate: APIGate, _ intake: PushIntake, _ source: any RESTSource,
    _ registry: RegistryParts?, _ metrics: APIMetrics
  ) {
    self.registry = registry
    self.settings = settings
    self.gate = gate
    self.intake = intake
    self.source = source
    self.metrics = metrics
    let calls = APICalls()
    self.calls = calls
    slots = Slots(settings.openLimit)
    intake.onCalls { calls.take($0) }
  }

  // MARK: Requests

  /// Answers a request with one notification, or with a stream of them.
  func send(_ request: Request, _ caller: APICaller) async throws -> Response {
    try checkAccepting()
    switch request.mediaType {
    case "application/json":
      return try await claiming(request, .send, caller) { key in
        let text = try await request.body.bytes(upTo: EnvelopeReader.limit)
        return try await one(text, caller, key).response()
      }
    case "application/x-ndjson":
      return try await claiming(request, .send, caller) { key in try await stream(request, caller, key) }
    default:
      throw Problem(
        .unsupportedMediaType,
        "the body is neither application/json nor application/x-ndjson; say in Content-Type which of them it is"
      )
    }
  }

  /// Answers a request for a test push.
  func test(_ request: Request, _ caller: APICaller) async throws -> Response {
    try checkAccepting()
    guard request.mediaType == "application/json" else {
      throw Problem(.unsupportedMediaType, "the body is not application/json; say so in Content-Type")
    }
    return try await claiming(request, .test, caller) { key in
      let text = try await request.body.bytes(upTo: EnvelopeReader.limit)
      let order = try TestPush(text)
      switch order.destination {
      case .token(let envelope): return try await one(Array(envelope.utf8), caller, key).response()
      case .device(let name, let application):
        let (device, app) = try await registered(name, application, caller)
        return try await test(device, app, order, caller, key)
      }
    }
  }

  /// Returns the registration that a test push is for.
  private func registered(
    _ name: String, _ application: String?, _ caller: APICaller
  ) async throws -> (Device, Applications.Application) {
    guard let registry else { throw RegistryParts.missing }
    let application = try registry.application(application, caller, .body)
    let found = try await registry.using { () throws(RegistryError) in
      try await registry.devices.find(name, application: application.key)
    }
    switch found {
    case .device(let device), .ended(let device): return (device, application)
    case .none:
      throw Problem(
        .notFound, "there is no such device; register it with PUT /v1/devices/{device}", pointer: "/device")
    }
  }

  /// Sends a test push to a registered device, and answers with the steps on its way.
  private func test(
    _ device: Device, _ application: Applications.Application, _ order: TestPush, _ caller: APICaller,
    _ key: IdempotencyKey?
  ) async throws -> Response {
    let test = try DeviceTest(device, application, title: order.title, body: order.body)
    let answer = try await one(Array(test.envelope.utf8), caller, key, alias: test.device.pushName)
    return try answer.response { test.writeMembers(answer, to: &$0) }
  }

  private func checkAccepting() throws(Problem) {
    guard let obstacle = source.refusal else { return }
    throw Problem(
      .serviceUnavailable, "\(obstacle); send the request to the service that is started next",
      headers: [.retryAfter: "5"])
  }

  /// Does something while no other request with the same key of idempotency is answered.
  private func claiming(
    _ request: Request, _ route: APIRoute, _ caller: APICaller,
    _ body: (IdempotencyKey?) async throws -> Response
  ) async throws -> Response {
    // The path of a request may be written in several ways, which are one route.
    let key = try IdempotencyKey(request.headers, caller, route.path, secret: intake.secret)
    guard let key else { return try await body(nil) }
    try running.begin(key)
    defer { running.end(key) }
    return try await body(key)
  }

  // MARK: Notifications

  /// Sends one notification, and returns its answer.
  ///
  /// - Parameter alias: a further name by which it can be withdrawn.
  private func one(
    _ text: [UInt8], _ caller: APICaller, _ key: IdempotencyKey?, alias: String? = nil
  ) async throws(Problem) -> SendAnswer {
    var reader = EnvelopeReader(settings)
    var sending = try Sending(text, 1, caller, key, &reader, secret: intake.secret)
    if let alias { sending.push.notification.aliases.append(alias) }
    try gate.takeRate(caller, at: .now)
    guard slots.tryTake() else {
      throw Problem(
        .tooManyRequests,
        "\(settings.openLimit) notifications wait for their answers; send this one again in a second",
        headers: [.retryAfter: "1"])
    }
    return await withCheckedContinuation { continuation in
      give(sending) { continuation.resume(returning: $0) }
    }
  }

  /// Gives a notification to the run, with a slot that its answer gives back.
  private func give(_ sending: Sending, _ receive: @escaping @Sendable (SendAnswer) -> Void) {
    let (slots, metrics) = (slots, metrics)
    let notification = sending.push.notification
    let isClaimed = sending.identity?.claim != nil
    let end: @Sendable (SendAnswer) -> Void = { answer in
      slots.release()
      metrics.count(answer)
      receive(answer)
    }
    let call = calls.begin { answer, isRepeat in
      end(SendAnswer(answer, notification, isRepeat: isRepeat, isClaimed: isClaimed))
    }
    let client = PushClient(.call(call), apnsID: notification.apnsID, beganAt: MonotonicClock.now)
    switch intake.take(sending.push, client, sending.identity) {
    case .pending: break
    case .answered(let answer): calls.answer(call, answer, isRepeat: true)
    case .conflict:
      calls.forget(call)
      end(.refused(.otherBody))
    }
  }

  // MARK: Streams

  /// Sends the notifications of a stream, and answers once all of it was read.
  private func stream(
    _ request: Request, _ caller: APICaller, _ key: IdempotencyKey?
  ) async throws -> Response {
    let answers = StreamAnswers()
    var lines = StreamLines()
    for try await buffer in request.body {
      for line in lines.take(buffer.readableBytesView) { await send(line, caller, key, answers) }
    }
    if let line = lines.end() { await send(line, caller, key, answers) }
    let texts = await answers.all()
    guard !texts.isEmpty else {
      throw Problem(.badRequest, "the stream has no line; send a JSON object on each")
    }
    return Response(text: texts.joined(), type: "application/x-ndjson")
  }

  private func send(
    _ line: StreamLines.Line, _ caller: APICaller, _ key: IdempotencyKey?, _ answers: StreamAnswers
  ) async {
    let place = answers.begin(line.number)
    do throws(Problem) {
      // A stream may last longer than its key.
      let caller = try gate.renew(caller, .send, at: .now)
      let sending = try read(line, caller, key)
      try gate.takeRate(caller, at: .now)
      await slots.take()
      give(sending) { answers.settle(place, $0) }
    } catch {
      metrics.count(.refused(error))
      answers.settle(place, .refused(error))
    }
  }

  private func read(
    _ line: StreamLines.Line, _ caller: APICaller, _ key: IdempotencyKey?
  ) throws(Problem) -> Sending {
    var reader = EnvelopeReader(settings)
    return try Sending(try line.content.get(), line.number, caller, key, &reader, secret: intake.secret)
  }
}

/// A notification that is ready for the run.
struct Sending: Sendable {
  var push: Push
  /// Its identity among repeats; nil where nothing is promised to them.
  let identity: PushIdentity?

  /// Reads an envelope.
  ///
  /// - Parameter number: the line of the envelope in its request.
  init(
    _ text: [UInt8], _ number: Int, _ caller: APICaller, _ key: IdempotencyKey?,
    _ reader: inout EnvelopeReader, secret: [UInt8]
  ) throws(Problem) {
    let own = key?.apnsID(number) ?? UUIDText.random()
    let (push, hasID) = try reader.push(text, caller, apnsID: own)
    self.push = push
    if let key {
      identity = key.push(number, fingerprint: Digest.sha256(text))
    } else if hasID, let token = push.notification.deviceToken {
      // As at the front door: who names an apns-id may send it again.
      identity = PushIdentity(
        RepeatIdentity(
          sender: caller.sender, id: push.notification.apnsID, deviceToken: token, secret: secret))
    } else {
      identity = nil
    }
  }
}

extension Problem {
  /// The problem of a key of idempotency that was used for something else.
  static let otherBody = Problem(
    .unprocessableContent,
    "this Idempotency-Key was used for another notification; choose a new key for each request", pointer: "")
}
