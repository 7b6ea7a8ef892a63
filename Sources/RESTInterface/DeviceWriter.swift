import Composition
import Digests
import EventLoop
import LosslessJSON
import NotificationModel
import Registry

/// Writes devices as JSON.
enum DeviceWriter {
  /// The way in which a device token is written.
  enum Token {
    /// The name that stands for it in outcomes and in plugins.
    case name
    /// The token itself: for who moves to another registry.
    case whole
  }

  /// Returns a device as an object.
  static func text(_ device: Device, _ token: Token = .name) -> String {
    var writer = JSONWriter()
    write(device, token, to: &writer)
    return writer.text
  }

  /// Writes a device as an object.
  static func write(_ device: Device, _ token: Token = .name, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("device", device.name)
    writer.member("application", device.application)
    writer.member("user", device.user)
    let digits = Hex.encode(device.token)
    switch token {
    case .name:
      writer.member("number", device.number)
      writer.member("token_name", Hex.encode(Digest.deviceName(ofToken: digits)))
      writer.member("environment", device.environment.rawValue)
    case .whole: writer.member("token", digits)
    }
    writer.member("locales", device.locales)
    if let zone = device.timeZone { writer.member("time_zone", zone) }
    write(device.permission, to: &writer)
    writer.member("hides_details", device.hidesDetails)
    writer.member("badge", device.badge)
    writer.member("registered_at", Timestamp.text(device.registeredAt))
    writer.member("state", device.state.word)
    if token == .name { write(device.state, to: &writer) }
    writer.endObject()
  }

  private static func write(_ permission: PushPermission, to writer: inout JSONWriter) {
    writer.key("permission")
    writer.beginObject()
    writer.member("state", PermissionText.state(permission))
    let parts = PermissionText.parts.filter { permission.parts.contains($0.part) }.map(\.name)
    if !parts.isEmpty || permission.isAsked { writer.member("parts", parts) }
    writer.endObject()
  }

  private static func write(_ state: DeviceState, to writer: inout JSONWriter) {
    switch state {
    case .active: break
    case .suspended(let since, let reason):
      writer.member("since", Timestamp.text(since))
      writer.member("reason", reason.rawValue)
    case .loggedOut(let since): writer.member("since", Timestamp.text(since))
    case .gone(let at, let reason):
      writer.member("since", Timestamp.text(at))
      writer.member("reason", reason.rawValue)
    }
  }
}

extension PushPermission {
  /// A Boolean value that indicates whether the permission has parts at all.
  fileprivate var isAsked: Bool {
    switch self {
    case .granted, .provisional: true
    case .notAsked, .denied: false
    }
  }
}
