import APNsProtocol
import FrontDoor
import HTTPTypes
import Hummingbird
import LosslessJSON
import NotificationModel
import Operations

/// The answer to one notification.
enum SendAnswer: Sendable {
  /// It was taken: its names, and what that means.
  case taken(id: String, apnsID: String, outcome: String, isReplay: Bool)
  /// It was not.
  case refused(Problem)

  /// Makes the answer of the run.
  ///
  /// - Parameter isClaimed: true where the request has a key of idempotency, so that a repeat gets the first one's answer.
  init(_ answer: DoorAnswer, _ notification: PushNotification, isRepeat: Bool, isClaimed: Bool) {
    if let outcome = answer.outcome {
      self = .taken(
        id: notification.identifier, apnsID: notification.apnsID,
        outcome: isRepeat && !isClaimed ? "repeated" : outcome, isReplay: isRepeat && isClaimed)
    } else if case .refused(let refusal) = answer {
      self = .refused(Problem(refusal))
    } else {
      self = .refused(.unavailable)
    }
  }

  /// The status of HTTP.
  var status: HTTPResponse.Status {
    switch self {
    case .taken: .accepted
    case .refused(let problem): problem.status
    }
  }

  /// Writes the members of the answer.
  func writeMembers(to writer: inout JSONWriter) {
    switch self {
    case .taken(let id, let apnsID, let outcome, _):
      writer.member("id", id)
      writer.member("apns_id", apnsID)
      writer.member("outcome", outcome)
    case .refused(let problem): problem.writeMembers(to: &writer)
    }
  }

  /// Returns the response to a request that sends one notification.
  ///
  /// - Parameter more: writes further members.
  func response(_ more: (inout JSONWriter) -> Void = { _ in }) throws(Problem) -> Response {
    switch self {
    case .refused(let problem): throw problem
    case .taken(_, _, _, let isReplay):
      var writer = JSONWriter()
      writer.beginObject()
      writeMembers(to: &writer)
      more(&writer)
      writer.endObject()
      return Response(
        status: status, text: writer.text + "\n", type: "application/json",
        headers: isReplay ? [.idempotentReplay: "true"] : [:])
    }
  }

  /// Returns the line of a stream of answers.
  func line(_ number: Int) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("line", number)
    if case .taken = self { writer.member("status", status.code) }
    writeMembers(to: &writer)
    writer.endObject()
    return writer.text + "\n"
  }
}

extension Problem {
  /// The problem where nothing can be taken at the moment, or there was no answer in time.
  static let unavailable = Problem(
    .serviceUnavailable,
    "the service cannot say in time what became of the notification; send it again with the same Idempotency-Key",
    headers: [.retryAfter: "1"])

  /// Makes the problem of a push that the run has refused.
  init(_ refusal: Refusal) {
    switch (refusal.status, refusal.reason) {
    case (413, _):
      self = Problem(
        .contentTooLarge,
        "the payload is larger than APNs takes, perhaps only behind the plugins; make it shorter",
        pointer: "/payload")
    case (429, let reason):
      self = Problem(
        .tooManyRequests, "APNs answers \(reason); send less to this device",
        headers: [.retryAfter: "\(refusal.retryAfter ?? 1)"])
    case (503, _), (502, _), (504, _): self = .unavailable
    case (500..., _):
      self = Problem(
        .internalServerError, "the notification could not be processed; the service's audit has the reason")
    case (let status, let reason):
      let known = APNsReason.of(status: status, reason: reason)
      self = Problem(
        .unprocessableContent, "APNs refuses it: \(reason): \(known.meaning); \(known.advice)", pointer: "")
    }
  }
}
