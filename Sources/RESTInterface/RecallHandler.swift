import ClientKeys
import HTTPTypes
import Hummingbird
import LosslessJSON
import NotificationModel
import Operations

/// The route by which clients withdraw notifications.
struct RecallHandler: Sendable {
  /// The most names of a request.
  private static let limit = 1000

  let source: any RESTSource

  /// Withdraws what goes by names in the apps of the caller's key: what is queued, what is on its way, and what comes later.
  ///
  /// The answer says nothing of what there is, so that nobody learns the names of others.
  func recall(_ request: Request, _ caller: APICaller) async throws -> Response {
    guard request.mediaType == "application/json" else {
      throw Problem(.unsupportedMediaType, "the body is not application/json; say so in Content-Type")
    }
    let text = try await request.body.bytes(upTo: 512 << 10)
    let body = try JSONBody(text, known: ["ids", "topic"])
    let ids = try body.texts("ids", limit: Self.limit)
    if let index = ids.firstIndex(where: NotificationName.isOwn) {
      throw Problem(
        .unprocessableContent,
        "the name begins with a control character, which no name of a notification does; change it",
        pointer: "/ids/\(index)")
    }
    let apps = try apps(try body.text("topic"), caller)
    let names = ids.flatMap { id in
      // An apns-id is in small letters, however it was written.
      let plain = UUIDText.isCanonical(id) ? [id, id.lowercased()] : [id]
      return Set(plain).flatMap { name in apps.map { NotificationName.text(name, of: $0) } }
    }
    guard await source.recall(names) else {
      throw Problem(
        .serviceUnavailable, "the service ends; send the request to the one that is started next",
        headers: [.retryAfter: "5"])
    }
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("recalled", ids)
    writer.endObject()
    return Response(status: .accepted, text: writer.text + "\n", type: "application/json")
  }

  /// Returns the apps that a recall is for: all of the key, or that of a topic.
  private func apps(_ topic: String?, _ caller: APICaller) throws(Problem) -> [String] {
    guard let topic else { return caller.apps }
    guard caller.grant.topics.cover(topic) else {
      throw Problem(
        .forbidden, "the key \(caller.keyID) does not reach the topic '\(topic.shortened)'; use another key",
        pointer: "/topic")
    }
    return [PushType.bundleID(of: topic)]
  }
}
