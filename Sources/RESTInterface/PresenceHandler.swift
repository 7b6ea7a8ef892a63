import Applications
import ClientKeys
import EventLoop
import HTTPTypes
import Hummingbird
import LosslessJSON
import Operations
import Presence
import Registry

/// The routes by which gateways report where users are connected.
struct PresenceHandler: Sendable {
  /// The most bytes of a report.
  private static let bodyLimit = 16 << 20

  let parts: RegistryParts

  private var presence: PresenceParts { parts.presence }

  /// Answers a route.
  func answer(
    _ route: APIRoute, _ request: Request, _ context: BasicRequestContext, _ caller: APICaller
  ) async throws -> Response {
    switch route {
    case .gateways: return try list(request, caller)
    case .userPresence:
      return try user(request, PathName.read(context.parameters.get("user"), "user"), caller)
    default: break
    }
    let gateway = try PathName.read(context.parameters.get("gateway"), "gateway")
    return route == .endGateway
      ? try end(request, gateway, caller) : try await report(request, gateway, caller)
  }

  // MARK: Gateways

  /// Takes the report of a gateway: it is answered once all that follows from it holds.
  func report(_ request: Request, _ gateway: String, _ caller: APICaller) async throws -> Response {
    let body = try await request.json(upTo: Self.bodyLimit, known: GatewayReader.members)
    let application = try parts.application(try body.text("application"), caller, .body)
    let name = GatewayName(application: application.key, gateway: gateway)
    let report = try GatewayReader(body: body, longestLease: presence.book.settings.longestLease).report(name)
    let now = presence.clock()
    let update: PresenceUpdate
    do throws(PresenceError) {
      update = try presence.book.update(report, at: now)
    } catch {
      throw Self.problem(error)
    }
    try await carryOut(update, application.key)
    return Self.response(update, name)
  }

  private func carryOut(_ update: PresenceUpdate, _ application: String) async throws {
    let book = presence.book
    let isOut: @Sendable (DeviceLogin) -> Bool = { login in
      book.isLoggedOut(
        PresenceDevice(PresenceUser(application: application, user: login.user), login.device))
    }
    try await parts.using { () throws(RegistryError) in
      try await parts.devices.logOut(update.loggedOut.map(Self.login), application: application, where: isOut)
      try await parts.devices.logIn(update.returned.map(Self.login), application: application) { !isOut($0) }
    }
    guard let listener = presence.listener else { return }
    if !update.returned.isEmpty { await listener.returned(update.returned) }
    for seen in update.seen { await listener.saw(seen.messages, by: seen.user) }
    // Behind what was seen, which is not pushed any more.
    if !update.left.isEmpty { await listener.left(update.left) }
  }

  private static func login(_ device: PresenceDevice) -> DeviceLogin {
    DeviceLogin(user: device.user.user, device: device.device)
  }

  /// Ends the connections of a gateway.
  func end(_ request: Request, _ gateway: String, _ caller: APICaller) throws -> Response {
    let application = try parts.application(request.parameter("application"), caller, .query)
    let name = GatewayName(application: application.key, gateway: gateway)
    guard presence.book.end(name, at: presence.clock()) else {
      throw Problem(.notFound, "there is no such gateway, or its lease has ended; nothing is left to do")
    }
    return Response(status: .noContent)
  }

  /// Answers with the gateways of the applications that a key reaches.
  func list(_ request: Request, _ caller: APICaller) throws -> Response {
    let named = request.parameter("application")
    let applications =
      try named.map { key throws(Problem) in [try parts.application(key, caller, .query)] }
      ?? parts.applications.reached(by: caller.grant)
    let keys = Set(applications.map(\.key))
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("gateways")
    writer.beginArray()
    for gateway in presence.book.gateways(at: presence.clock()) where keys.contains(gateway.name.application)
    {
      Self.write(gateway, to: &writer)
    }
    writer.endArray()
    writer.endObject()
    return Response(text: writer.text + "\n", type: "application/json")
  }

  // MARK: Users

  /// Answers with what is known of a user's devices.
  func user(_ request: Request, _ user: String, _ caller: APICaller) throws -> Response {
    let application = try parts.application(request.parameter("application"), caller, .query)
    let standings = presence.book.standings(
      of: PresenceUser(application: application.key, user: user), at: presence.clock())
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("user", user)
    writer.member("application", application.key)
    writer.key("devices")
    writer.beginArray()
    for standing in standings {
      writer.beginObject()
      writer.member("device", standing.device)
      writer.member("state", standing.state.rawValue)
      writer.member("since", Timestamp.text(standing.since))
      if let gateway = standing.gateway { writer.member("gateway", gateway) }
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return Response(text: writer.text + "\n", type: "application/json")
  }

  // MARK: Answers

  private static func response(_ update: PresenceUpdate, _ name: GatewayName) -> Response {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("gateway", name.gateway)
    writer.member("application", name.application)
    writer.member("session", "\(update.session)")
    writer.member("lease_until", Timestamp.text(update.leaseEnd))
    writer.member("connections", update.connections)
    writer.member("ignored", update.ignored)
    writer.endObject()
    return Response(text: writer.text + "\n", type: "application/json")
  }

  private static func write(_ gateway: GatewayStanding, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("gateway", gateway.name.gateway)
    writer.member("application", gateway.name.application)
    writer.member("session", "\(gateway.session)")
    writer.member("lease_until", Timestamp.text(gateway.leaseEnd))
    writer.member("connected", gateway.connected)
    writer.member("background", gateway.background)
    writer.endObject()
  }

  /// Nothing of the report holds, so that it may be sent again.
  private static func problem(_ error: PresenceError) -> Problem {
    switch error {
    case .tooManyGateways(let limit):
      Problem(
        .serviceUnavailable,
        "\(limit) gateways are known, which is the limit; use the same name again after a restart, and DELETE those that"
          + " have ended", headers: [.retryAfter: "60"])
    case .tooManyDevices(let limit):
      Problem(
        .serviceUnavailable,
        "\(limit) devices are present, which is the limit; send the report again later, when some have left",
        headers: [.retryAfter: "60"])
    case .tooManyDevicesOfUser(let limit, let change):
      Problem(
        .unprocessableContent,
        "the user has \(limit) devices, which is the limit; use the same name for a device again",
        pointer: "/changes/\(change)/device")
    }
  }
}
