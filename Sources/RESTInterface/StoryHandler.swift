import ClientKeys
import EventLoop
import HTTPTypes
import Hummingbird
import LosslessJSON
import NotificationModel
import Operations
import Stories

/// The routes by which clients read what became of notifications.
struct StoryHandler: Sendable {
  /// The problem where there is nothing that the caller may see: the same for what is another's.
  private static let nothing = Problem(
    .notFound,
    "there is no such notification of this key's apps; look at the id, and for how long they are kept (outcomes.keep)"
  )

  /// The store of stories; nil where nothing is kept.
  let store: StoryStore?

  /// Answers with the events of one notification.
  func story(_ apnsID: String, _ caller: APICaller) async throws -> Response {
    let store = try opened()
    guard UUIDText.isCanonical(apnsID) else { throw Self.nothing }
    var events = try await store.story(apnsID.lowercased(), apps: caller.apps)
    if events.isEmpty {
      // What was answered just now is written a moment later.
      try await Task.sleep(for: StoryBook.delay * 3)
      events = try await store.story(apnsID.lowercased(), apps: caller.apps)
    }
    guard !events.isEmpty else { throw Self.nothing }
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("apns_id", apnsID.lowercased())
    writer.key("events")
    Self.write(events, caller, to: &writer)
    writer.endObject()
    return Response(text: writer.text + "\n", type: "application/json")
  }

  /// Answers with the notifications that go by a name.
  func list(_ request: Request, _ caller: APICaller) async throws -> Response {
    guard let name = request.parameter("name"), !name.isEmpty else {
      throw Problem(.badRequest, "'name' is missing in the query; add ?name= with an id of the notification")
    }
    let events = try await opened().named(name, apps: caller.apps)
    return Response(text: Self.text("notifications", events, caller, next: nil), type: "application/json")
  }

  /// Answers with the ends of notifications behind a cursor.
  func outcomes(_ request: Request, _ caller: APICaller) async throws -> Response {
    let store = try opened()
    switch try await store.position(request.parameter("after")) {
    case .invalid:
      throw Problem(
        .badRequest, "'after' is no cursor; leave it out, or send the 'next' of an answer before")
    case .gone:
      throw Problem(
        .gone,
        "what comes behind this cursor is kept no longer (outcomes.keep, outcomes.size); leave 'after' out to go on"
          + " with what is kept")
    case .at(let number):
      let page = try await store.ends(after: number, apps: caller.apps)
      return Response(
        text: Self.text("outcomes", page.events, caller, next: page.next), type: "application/json")
    }
  }

  private func opened() throws(Problem) -> StoryStore {
    if let store { return store }
    throw Problem(.notFound, "this service keeps no outcomes; name a file for them in outcomes.path")
  }

  // MARK: Events

  private static func text(
    _ name: String, _ events: [StoryEvent], _ caller: APICaller, next: String?
  ) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key(name)
    write(events, caller, to: &writer)
    if let next { writer.member("next", next) }
    writer.endObject()
    return writer.text + "\n"
  }

  private static func write(_ events: [StoryEvent], _ caller: APICaller, to writer: inout JSONWriter) {
    let seesText = caller.scopes.contains(.readText)
    writer.beginArray()
    for event in events {
      writer.beginObject()
      writer.member("event", event.kind.word)
      writer.member("at", Timestamp.text(event.time))
      writer.member("apns_id", event.apnsID)
      writer.member("app", event.app)
      let members = seesText ? event.members : StoryText.withoutTexts(event.members)
      if !members.isEmpty { writer.raw(members) }
      writer.endObject()
    }
    writer.endArray()
  }
}
