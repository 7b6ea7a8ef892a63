import Composition
import EventLoop
import HTTPTypes
import Hummingbird
import LosslessJSON
import Messaging
import NotificationModel
import Operations

/// The response to a message: the decisions on it, and the sentences of their reasons, each once.
struct MessageResponse {
  let answer: MessageAnswer

  /// Writes the members.
  func writeMembers(to writer: inout JSONWriter) {
    writer.member("id", answer.id)
    writer.member("application", answer.application)
    writeCounts(to: &writer)
    writer.key("decisions")
    writer.beginArray()
    for decision in answer.decisions { write(decision, to: &writer) }
    writer.endArray()
    writeReasons(to: &writer)
    writer.key("warnings")
    writer.raw(answer.warnings)
  }

  private func writeCounts(to writer: inout JSONWriter) {
    var counts: [Decision: Int] = [:]
    for decision in answer.decisions { counts[decision.decision, default: 0] += 1 }
    writer.key("counts")
    writer.beginObject()
    for decision in Decision.allCases {
      if let count = counts[decision] { writer.member(decision.rawValue, count) }
    }
    writer.endObject()
  }

  private func write(_ decision: DeviceDecision, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("user", decision.user)
    if let device = decision.device { writer.member("device", device) }
    writer.member("decision", decision.decision.rawValue)
    writer.member("reason", decision.reason.code)
    if let due = decision.due { writer.member("due", Timestamp.text(due)) }
    if let apnsID = answer.apnsID(decision) { writer.member("apns_id", apnsID) }
    writer.endObject()
  }

  private func writeReasons(to writer: inout JSONWriter) {
    var codes: Set<String> = []
    writer.key("reasons")
    writer.beginObject()
    for decision in answer.decisions where codes.insert(decision.reason.code).inserted {
      writer.member(decision.reason.code, decision.reason.sentence)
    }
    writer.endObject()
  }

  /// Returns the whole response.
  func response(_ status: HTTPResponse.Status) -> Response {
    var writer = JSONWriter()
    writer.beginObject()
    writeMembers(to: &writer)
    writer.endObject()
    return Response(
      status: status, text: writer.text + "\n", type: "application/json",
      headers: answer.isReplay ? [.idempotentReplay: "true"] : [:])
  }

  /// Returns the line of a stream of answers.
  func line(_ number: Int, _ status: HTTPResponse.Status) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("line", number)
    writer.member("status", status.code)
    writeMembers(to: &writer)
    writer.endObject()
    return writer.text + "\n"
  }
}

extension Problem {
  /// Returns the line of a stream of answers.
  func line(_ number: Int) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("line", number)
    writeMembers(to: &writer)
    writer.endObject()
    return writer.text + "\n"
  }

  /// Makes the problem of a message that could not be read.
  init(_ problem: MessageProblem) {
    // What is no JSON, or no object, has no place in one.
    self.init(.unprocessableContent, problem.message, pointer: problem.pointer)
  }

  /// The problem of another message under an identifier.
  static let otherMessage = Problem(.conflict, "\(MessageError.otherMessage)", pointer: "/id")
}
