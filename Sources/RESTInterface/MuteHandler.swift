import Applications
import ClientKeys
import HTTPTypes
import Hummingbird
import LosslessJSON
import Muting
import NotificationModel
import Operations
import PushExtras
import Registry

/// The routes by which a chat backend sets the messages that users are notified of.
struct MuteHandler: Sendable {
  /// The most bytes of a request.
  private static let bodyLimit = 16 << 10

  let parts: RegistryParts

  private var mutes: MuteBook { parts.mutes }

  /// Answers a route.
  func answer(
    _ route: APIRoute, _ request: Request, _ context: BasicRequestContext, _ caller: APICaller
  ) async throws -> Response {
    switch route {
    case .setGroupLevel, .clearGroupLevel, .groupLevels:
      let group = try PathName.read(context.parameters.get("group"), "group")
      switch route {
      case .setGroupLevel: return try await setGroup(request, group, caller)
      case .clearGroupLevel: return try await clearGroup(request, group, caller)
      default: return try await self.group(request, group, caller)
      }
    default: break
    }
    let user = try PathName.read(context.parameters.get("user"), "user")
    switch route {
    case .setMute: return try await set(request, user, caller)
    case .clearMute: return try await clear(request, user, caller)
    case .setQuietHours: return try await setQuietHours(request, user, caller)
    case .quietHours: return try await quietHours(request, user, caller)
    case .clearQuietHours: return try await clearQuietHours(request, user, caller)
    default: return try await list(request, user, caller)
    }
  }

  // MARK: Levels of users

  /// Sets a user's level for a place.
  func set(_ request: Request, _ user: String, _ caller: APICaller) async throws -> Response {
    let body = try await request.json(
      upTo: Self.bodyLimit, known: ["channel_type", "level", "target", "channel", "application"])
    let application = try parts.application(try body.text("application"), caller, .body).key
    guard let type = try body.text("channel_type") else {
      throw Problem(
        .unprocessableContent, "'channel_type' is missing; add \(PlaceReader.types)", pointer: "")
    }
    let place = try PlaceReader(isBody: true).place(
      type, try body.name("target"), try body.name("channel"))
    let level = try Self.level(body)
    try changed(
      try await parts.using { () throws(RegistryError) in
        try await mutes.write { try MuteStore.set(level, place, of: user, application: application, in: $0) }
      })
    return MuteWriter.response(user: user, application) { MuteWriter.write(place, level, to: &$0) }
  }

  /// Removes a user's level for a place.
  func clear(_ request: Request, _ user: String, _ caller: APICaller) async throws -> Response {
    let application = try application(request, caller)
    guard let type = request.parameter("channel_type") else {
      throw Problem(.badRequest, "'channel_type' is missing in the query; add \(PlaceReader.types)")
    }
    let place = try PlaceReader(isBody: false).place(
      type, request.parameter("target"), request.parameter("channel"))
    let isCleared = try await parts.using { () throws(RegistryError) in
      try await mutes.write { try MuteStore.clear(place, of: user, application: application, in: $0) }
    }
    return try Self.removed(isCleared, "the user has set no such level; GET the list of those that are set")
  }

  /// Answers with a user's levels.
  func list(_ request: Request, _ user: String, _ caller: APICaller) async throws -> Response {
    let application = try application(request, caller)
    let text = try await parts.using { () throws(RegistryError) in
      try await mutes.read {
        try MuteWriter.list(MuteStore.levels(of: user, application: application, in: $0))
      }
    }
    return MuteWriter.response(user: user, application) { writer in
      writer.key("mutes")
      writer.raw(text)
    }
  }

  // MARK: Quiet hours

  /// Sets a user's quiet hours.
  func setQuietHours(_ request: Request, _ user: String, _ caller: APICaller) async throws -> Response {
    let body = try await request.json(
      upTo: Self.bodyLimit, known: ["start", "end", "time_zone", "level", "application"])
    let application = try parts.application(try body.text("application"), caller, .body).key
    let hours = try QuietHoursReader(body: body, zones: parts.mutes.zones).hours()
    _ = try await parts.using { () throws(RegistryError) in
      try await mutes.write { try MuteStore.set(hours, of: user, application: application, in: $0) }
    }
    return MuteWriter.response(user: user, application) { MuteWriter.write(hours, to: &$0) }
  }

  /// Answers with a user's quiet hours.
  func quietHours(_ request: Request, _ user: String, _ caller: APICaller) async throws -> Response {
    let application = try application(request, caller)
    let hours = try await parts.using { () throws(RegistryError) in
      try await mutes.read { try MuteStore.quietHours(of: user, application: application, in: $0) }
    }
    guard let hours else { throw Self.noQuietHours }
    return MuteWriter.response(user: user, application) { MuteWriter.write(hours, to: &$0) }
  }

  /// Removes a user's quiet hours.
  func clearQuietHours(_ request: Request, _ user: String, _ caller: APICaller) async throws -> Response {
    let application = try application(request, caller)
    let isCleared = try await parts.using { () throws(RegistryError) in
      try await mutes.write { try MuteStore.clearQuietHours(of: user, application: application, in: $0) }
    }
    if isCleared ?? false { return Response(status: .noContent) }
    throw Self.noQuietHours
  }

  private static let noQuietHours = Problem(
    .notFound, "the user has no quiet hours; PUT some to this path")

  // MARK: Levels of groups

  /// Sets the level of a super group, or of a channel of it.
  func setGroup(_ request: Request, _ group: String, _ caller: APICaller) async throws -> Response {
    let body = try await request.json(upTo: Self.bodyLimit, known: ["level", "channel", "application"])
    let application = try parts.application(try body.text("application"), caller, .body).key
    let channel = try body.name("channel")
    let level = try Self.level(body)
    try changed(
      try await parts.using { () throws(RegistryError) in
        try await mutes.write {
          try MuteStore.set(level, ofGroup: group, channel: channel, application: application, in: $0)
        }
      })
    return MuteWriter.response(group: group, application) { MuteWriter.write(channel, level, to: &$0) }
  }

  /// Removes the level of a super group, or of a channel of it.
  func clearGroup(_ request: Request, _ group: String, _ caller: APICaller) async throws -> Response {
    let application = try application(request, caller)
    let channel = request.parameter("channel")
    let isCleared = try await parts.using { () throws(RegistryError) in
      try await mutes.write {
        try MuteStore.clear(group: group, channel: channel, application: application, in: $0)
      }
    }
    return try Self.removed(isCleared, "the group has no such level; GET the list of those that are set")
  }

  /// Answers with the levels of a super group.
  func group(_ request: Request, _ group: String, _ caller: APICaller) async throws -> Response {
    let application = try application(request, caller)
    let text = try await parts.using { () throws(RegistryError) in
      try await mutes.read {
        try MuteWriter.list(MuteStore.levels(ofGroup: group, application: application, in: $0))
      }
    }
    return MuteWriter.response(group: group, application) { writer in
      writer.key("levels")
      writer.raw(text)
    }
  }

  // MARK: The registry

  private func application(_ request: Request, _ caller: APICaller) throws(Problem) -> String {
    try parts.application(request.parameter("application"), caller, .query).key
  }

  private static func level(_ body: JSONBody) throws(Problem) -> NotificationLevel {
    if let level = try body.word("level", of: NotificationLevel.self) { return level }
    let known = NotificationLevel.allCases.map(\.rawValue).joined(separator: ", ")
    throw Problem(.unprocessableContent, "'level' is missing; add one of \(known)", pointer: "")
  }

  private static func removed(_ isRemoved: Bool?, _ problem: String) throws(Problem) -> Response {
    if isRemoved ?? false { return Response(status: .noContent) }
    throw Problem(.notFound, problem)
  }

  /// Returns what was changed.
  ///
  /// - Throws: 422 where there is no room for another level.
  private func changed<Value>(_ value: Value?) throws(Problem) -> Value {
    if let value { return value }
    throw Problem(
      .unprocessableContent,
      "\(MuteStore.limit) levels are set, which is the limit; DELETE some, or set one for the whole channel type"
    )
  }
}
