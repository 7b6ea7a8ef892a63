import Applications
import Composition
import EventLoop
import HTTPTypes
import NotificationModel
import Operations
import Registry

/// Reads registrations of devices.
package struct DeviceReader {
  /// The members of a registration.
  static let members = [
    "application", "user", "token", "locales", "time_zone", "permission", "hides_details", "badge",
  ]
  /// The members of a line of an import.
  package static let importMembers = members + ["device", "registered_at", "state"]
  /// The most languages.
  static let localeLimit = 32

  private let body: JSONBody

  /// Makes a reader of a body, or of a line of one.
  package init(body: JSONBody) { self.body = body }

  /// Reads the registration of a device.
  func registration(_ name: String, _ application: Application) throws(Problem) -> Registration {
    var registration = Registration(
      application: application.key, environment: application.environment, user: try required("user"),
      name: name, token: try token())
    registration.locales = try locales()
    registration.timeZone = try timeZone()
    registration.permission = try permission() ?? .granted(.all)
    registration.hidesDetails = try body.flag("hides_details") ?? false
    registration.badge = try badge()
    return registration
  }

  /// Reads a device of an import.
  package func imported(_ application: Application) throws(Problem) -> ImportedDevice {
    var device = ImportedDevice(try registration(try required("device"), application))
    if let text = try body.text("registered_at") {
      guard let time = Timestamp.milliseconds(text) else {
        throw Problem(
          .unprocessableContent, "'registered_at' is no time; write it as 2026-01-31T12:00:00.000Z",
          pointer: "/registered_at")
      }
      device.registeredAt = time
    }
    if let text = try body.text("state") {
      guard let state = ImportedDevice.State(rawValue: text) else {
        throw Problem(
          .unprocessableContent, "'state' is not active, suspended or logged_out; choose one of them",
          pointer: "/state")
      }
      device.state = state
    }
    return device
  }

  /// Reads the number on the app's icon; nil where there is none.
  func badge() throws(Problem) -> Int? { try body.integer("badge", in: 0...DeviceStore.badgeLimit) }

  private func required(_ name: String) throws(Problem) -> String {
    guard let text = try body.text(name) else {
      throw Problem(.unprocessableContent, "'\(name)' is missing; add the name of the \(name)", pointer: "")
    }
    guard PathName.isName(text) else {
      throw Problem(
        .unprocessableContent, "'\(name)' is not \(PathName.form); change it", pointer: "/\(name)")
    }
    return text
  }

  private func token() throws(Problem) -> [UInt8] {
    guard let text = try body.text("token") else {
      throw Problem(
        .unprocessableContent, "'token' is missing; add the device token that the app was given", pointer: "")
    }
    return try TokenText.read(text)
  }

  private func locales() throws(Problem) -> [String] {
    guard body.hasValue("locales") else { return [] }
    let locales = try body.texts("locales", limit: Self.localeLimit, fewest: 0)
    for (index, locale) in locales.enumerated() where !Self.isWord(locale, "-_") {
      throw Problem(
        .unprocessableContent, "'locales' has an element that is no locale; write it as zh-Hans-CN",
        pointer: "/locales/\(index)")
    }
    return locales
  }

  private func timeZone() throws(Problem) -> String? {
    guard let zone = try body.text("time_zone") else { return nil }
    guard Self.isWord(zone, "-_+/") else {
      throw Problem(
        .unprocessableContent, "'time_zone' is no name of a zone; write it as Europe/Rome",
        pointer: "/time_zone")
    }
    return zone
  }

  /// Returns whether a text is 1 to 64 letters of ASCII, digits, and some others.
  private static func isWord(_ text: String, _ others: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: others.utf8.contains(byte)
        }
      }
  }

  // MARK: Permission

  private func permission() throws(Problem) -> PushPermission? {
    guard let members = try body.object("permission", known: ["state", "parts"]) else { return nil }
    guard case .string(let state)? = members["state"] else {
      throw Self.problem("'permission' has no 'state'; add not_asked, denied, granted or provisional")
    }
    let parts = try Self.parts(members["parts"])
    switch state {
    case "granted": return .granted(parts ?? .all)
    case "provisional": return .provisional(parts ?? .all)
    case "not_asked", "denied":
      guard parts ?? [] == [] else {
        throw Self.problem("'permission' has 'parts' although its state is \(state); leave them out")
      }
      return state == "denied" ? .denied : .notAsked
    default:
      throw Self.problem(
        "'permission' has an unknown 'state'; write not_asked, denied, granted or provisional", "/state")
    }
  }

  private static func parts(_ value: JSONValue?) throws(Problem) -> PushPermission.Parts? {
    switch value {
    case nil, .null: return nil
    case .array(let items):
      var parts: PushPermission.Parts = []
      for item in items {
        guard let part = PermissionText.parts.first(where: { .string($0.name) == item })?.part else { break }
        parts.insert(part)
      }
      let known = items.allSatisfy { item in PermissionText.parts.contains { .string($0.name) == item } }
      if known { return parts }
    default: break
    }
    throw problem(#"'permission' has 'parts' that are no list of "alert", "badge" and "sound""#, "/parts")
  }

  private static func problem(_ detail: String, _ place: String = "") -> Problem {
    Problem(.unprocessableContent, detail, pointer: "/permission\(place)")
  }
}

/// A permission as JSON has it.
enum PermissionText {
  /// The parts with their names.
  static let parts: [(name: String, part: PushPermission.Parts)] = [
    ("alert", .alert), ("badge", .badge), ("sound", .sound),
  ]

  /// Returns the name of a permission's state.
  static func state(_ permission: PushPermission) -> String {
    switch permission {
    case .notAsked: "not_asked"
    case .denied: "denied"
    case .granted: "granted"
    case .provisional: "provisional"
    }
  }
}
