import Applications
import Composition
import Digests
import EventLoop
import HTTPTypes
import LosslessJSON
import NotificationModel
import Operations
import Registry

/// A test push to a registered device: the push, and each step on the way to it.
package struct DeviceTest: Sendable {
  /// A step, and what was found there.
  package struct Step: Sendable, Equatable {
    /// The name of the step.
    package let name: String
    /// The sentence for people.
    package let text: String
  }

  /// The device.
  package let device: Device
  /// The steps so far.
  package let steps: [Step]
  /// The envelope of the push, which goes the way of any other.
  package let envelope: String

  /// Makes the push.
  ///
  /// - Throws: 422 with the step behind which nothing would come to the device.
  package init(
    _ device: Device, _ application: Application, title: String, body: String
  ) throws(Problem) {
    let parts = device.permission.parts
    try Self.checkState(device)
    try Self.checkPermission(device)
    let payload = Self.payload(title: title, body: body, parts)
    self.device = device
    envelope = Self.envelope(device, application, payload)
    steps = [
      Step(
        name: "registered",
        text: "for user '\(device.user)' since \(Timestamp.text(device.registeredAt)), registration"
          + " \(device.number)"),
      Step(name: "permission", text: Self.permission(device.permission)),
      Step(
        name: "composed",
        text: "\(payload.utf8.count) bytes for \(application.bundleID) in \(application.environment.rawValue)"
          + (parts.contains(.sound) ? "" : ", without a sound")),
    ]
  }

  // MARK: The answer

  /// Writes the device and the steps, the last of which is what became of the push so far.
  func writeMembers(_ answer: SendAnswer, to writer: inout JSONWriter) {
    writer.member("device", device.name)
    writer.member("application", device.application)
    writer.key("steps")
    writer.beginArray()
    for step in steps + [Self.last(answer)].compactMap(\.self) {
      writer.beginObject()
      writer.member("step", step.name)
      writer.member("text", step.text)
      writer.endObject()
    }
    writer.endArray()
  }

  /// Returns the step that an answer tells of.
  private static func last(_ answer: SendAnswer) -> Step? {
    guard case .taken(_, let apnsID, let outcome, _) = answer else { return nil }
    return switch outcome {
    case "dropped": Step(name: "chain", text: "a plugin dropped it; /v1/notifications/\(apnsID) says which")
    case "delivered": Step(name: "apns", text: "APNs has taken it")
    default:
      Step(name: "accepted", text: "\(outcome); /v1/notifications/\(apnsID) says what becomes of it")
    }
  }

  // MARK: The device

  private static func checkState(_ device: Device) throws(Problem) {
    let cause: String
    switch device.state {
    case .active: return
    case .suspended(let since, let reason):
      cause =
        "is suspended since \(Timestamp.text(since)): APNs refused its token (\(reason.rawValue)); compare the application's"
        + " environment with how the app was installed, and register the device again"
    case .loggedOut(let since):
      cause =
        "is logged out since \(Timestamp.text(since)), and gets no push; have it connect or register again"
    case .gone(let time, let reason):
      cause = "is registered no longer since \(Timestamp.text(time)) (\(reason.rawValue)); register it again"
    }
    throw problem("the device '\(device.name.shortened)' \(cause)")
  }

  private static func checkPermission(_ device: Device) throws(Problem) {
    guard !device.permission.parts.contains(.alert) else { return }
    throw problem(
      "a push would not be seen on '\(device.name.shortened)': \(permission(device.permission)); have the user change that"
        + " in the system's settings, and register the device with the new permission")
  }

  private static func problem(_ detail: String) -> Problem {
    Problem(.unprocessableContent, detail, pointer: "/device")
  }

  private static func permission(_ permission: PushPermission) -> String {
    let names = PermissionText.parts.filter { permission.parts.contains($0.part) }.map(\.name)
    let list = names.isEmpty ? "nothing" : names.joined(separator: ", ")
    return switch permission {
    case .notAsked: "the app has not asked for permission yet"
    case .denied: "the user has refused notifications"
    case .granted: "granted: \(list)"
    case .provisional: "granted provisionally: \(list), which is shown quietly"
    }
  }

  // MARK: The push

  private static func envelope(_ device: Device, _ application: Application, _ payload: String) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("device_token", Hex.encode(device.token))
    writer.member("environment", application.environment.rawValue)
    if !device.locales.isEmpty {
      writer.member("locale", Array(device.locales.prefix(PushEnvelope.localeLimit)))
    }
    if let zone = device.timeZone { writer.member("time_zone", zone) }
    writer.key("headers")
    writer.beginObject()
    writer.member("apns-topic", application.bundleID)
    writer.member("apns-push-type", PushType.alert.rawValue)
    writer.endObject()
    writer.key("payload")
    writer.raw(payload)
    writer.endObject()
    return writer.text
  }

  private static func payload(title: String, body: String, _ parts: PushPermission.Parts) -> String {
    TestPush.payload(title: title, body: body, hasSound: parts.contains(.sound))
  }
}
