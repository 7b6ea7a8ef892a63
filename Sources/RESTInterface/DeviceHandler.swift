import Applications
import ClientKeys
import EventLoop
import HTTPTypes
import Hummingbird
import LosslessJSON
import Operations
import Presence
import Registry

/// The routes by which a chat backend registers devices, and reads and removes them.
struct DeviceHandler: Sendable {
  /// The most bytes of a registration.
  private static let bodyLimit = 16 << 10

  let parts: RegistryParts

  private var devices: DeviceBook { parts.devices }

  // MARK: Registration

  /// Registers a device.
  func register(_ request: Request, _ name: String, _ caller: APICaller) async throws -> Response {
    let body = try await request.json(upTo: Self.bodyLimit, known: DeviceReader.members)
    let application = try parts.application(try body.text("application"), caller, .body)
    let registration = try DeviceReader(body: body).registration(name, application)
    let registered = try await parts.using { () throws(RegistryError) in
      try await devices.register(registration)
    }
    parts.presence.book.registered(
      PresenceDevice(PresenceUser(application: application.key, user: registration.user), name))
    return Self.response(registered.device, isCreated: registered.isCreated)
  }

  /// Gives a device another token, whose bytes are the body.
  func setToken(_ request: Request, _ name: String, _ caller: APICaller) async throws -> Response {
    guard request.mediaType == "application/octet-stream" else {
      throw Problem(
        .unsupportedMediaType, "the body is not application/octet-stream; send the bytes of the token as it")
    }
    let application = try application(request, caller)
    let token = try await request.body.bytes(upTo: TokenText.limit)
    guard !token.isEmpty else {
      throw Problem(.badRequest, "the body is empty; send the bytes of the token")
    }
    let registered = try await parts.using { () throws(RegistryError) in
      try await devices.setToken(token, of: name, application: application.key)
    }
    guard let registered else { throw try await nothing(name, application) }
    return Self.response(registered.device, isCreated: false)
  }

  /// Sets the number on the app's icon.
  func setBadge(_ request: Request, _ name: String, _ caller: APICaller) async throws -> Response {
    let body = try await request.json(upTo: Self.bodyLimit, known: ["badge", "application"])
    let application = try parts.application(try body.text("application"), caller, .body)
    guard let badge = try DeviceReader(body: body).badge() else {
      throw Problem(.unprocessableContent, "'badge' is missing; add the number", pointer: "")
    }
    let device = try await parts.using { () throws(RegistryError) in
      try await devices.setBadge(badge, of: name, application: application.key)
    }
    guard let device else { throw try await nothing(name, application) }
    return Self.response(device, isCreated: false)
  }

  // MARK: Reading and removing

  /// Answers with a device.
  func get(_ request: Request, _ name: String, _ caller: APICaller) async throws -> Response {
    let application = try application(request, caller)
    let found = try await parts.using { () throws(RegistryError) in
      try await devices.find(name, application: application.key)
    }
    guard case .device(let device) = found else { throw Self.problem(found) }
    return Self.response(device, isCreated: false)
  }

  /// Removes a device.
  func remove(_ request: Request, _ name: String, _ caller: APICaller) async throws -> Response {
    let application = try application(request, caller)
    let isRemoved = try await parts.using { () throws(RegistryError) in
      try await devices.remove(name, application: application.key)
    }
    guard isRemoved else { throw try await nothing(name, application) }
    return Response(status: .noContent)
  }

  /// Answers with the devices of a user.
  func list(_ request: Request, _ user: String, _ caller: APICaller) async throws -> Response {
    let application = try application(request, caller)
    let found = try await parts.using { () throws(RegistryError) in
      try await devices.devices(of: user, application: application.key)
    }
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("user", user)
    writer.member("application", application.key)
    writer.key("devices")
    writer.beginArray()
    for device in found { DeviceWriter.write(device, to: &writer) }
    writer.endArray()
    writer.endObject()
    return Response(text: writer.text + "\n", type: "application/json")
  }

  /// Removes a user with all that belongs to them.
  func removeUser(_ request: Request, _ user: String, _ caller: APICaller) async throws -> Response {
    let application = try application(request, caller)
    let count = try await parts.using { () throws(RegistryError) in
      try await devices.removeUser(user, application: application.key, parts.userParts)
    }
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("user", user)
    writer.member("application", application.key)
    writer.member("devices", count)
    writer.endObject()
    return Response(text: writer.text + "\n", type: "application/json")
  }

  private func application(_ request: Request, _ caller: APICaller) throws(Problem)
    -> Applications.Application
  {
    try parts.application(request.parameter("application"), caller, .query)
  }

  private static func response(_ device: Device, isCreated: Bool) -> Response {
    Response(
      status: isCreated ? .created : .ok, text: DeviceWriter.text(device) + "\n", type: "application/json")
  }

  // MARK: Problems

  private func nothing(_ name: String, _ application: Applications.Application) async throws -> Problem {
    Self.problem(
      try await parts.using { () throws(RegistryError) in
        try await devices.find(name, application: application.key)
      })
  }

  private static func problem(_ found: DeviceBook.Found) -> Problem {
    guard case .ended(let device) = found, case .gone(let time, let reason) = device.state else {
      return Problem(.notFound, "there is no such device; register it with PUT /v1/devices/{device}")
    }
    return Problem(
      .notFound,
      "the registration of the device ended at \(Timestamp.text(time)) (\(reason.rawValue)); register it again with PUT"
        + " /v1/devices/{device}")
  }
}
