import Applications
import Composition
import Digests
import LosslessJSON
import NotificationModel
import Registry

/// The push of a message to one registration of a device, as the run takes it.
package struct MessagePush: Sendable {
  /// The key of the application.
  let application: String
  /// The message's number.
  let message: Int64
  /// The decision, which is a push.
  let decision: DeviceDecision
  /// The push.
  package let push: Push

  /// Makes a push; nil where nothing can be made of it any more.
  ///
  /// - Parameter payload: a JSON object.
  init?(
    _ message: StoredMessage, _ decision: DeviceDecision, _ payload: [UInt8], to device: Device,
    of application: Application
  ) {
    let token = Hex.encode(device.token)
    let apnsID = DeviceDecision.apnsID(
      message.message.id, of: application.key, registration: decision.registration)
    let envelope = PushEnvelope(
      deviceName: Hex.encode(Digest.deviceName(ofToken: token)), environment: application.environment,
      headers: [.topic: application.bundleID, .pushType: PushType.alert.rawValue, .id: apnsID],
      id: message.message.id, locales: Array(device.locales.prefix(PushEnvelope.localeLimit)),
      timeZone: device.timeZone)
    var document = JSONDocument(depthLimit: 8)
    guard payload.withUnsafeBytes({ (try? document.parse($0)) != nil }),
      var notification = try? PushNotification(
        envelope, ticket: 0, place: "", deviceToken: token, payload: payload, document)
    else { return nil }
    notification.place = "message:\(apnsID)"
    // By these the service withdraws it: when the registration ends, the message is recalled, or it was seen.
    notification.aliases += [
      device.pushName, Self.name(ofMessage: message.message.id, of: application.key), Self.name(of: apnsID),
    ]
    self.application = application.key
    self.message = message.number
    self.decision = decision
    var push = Push(notification, envelope, topics: .apps([application.bundleID]))
    push.message = Self.told(decision, message.message.id)
    self.push = push
  }

  /// Returns the name of all pushes of a message.
  static func name(ofMessage id: String, of application: String) -> String {
    NotificationName.own("message:\(application):\(id)")
  }

  /// Returns the name of one push.
  static func name(of apnsID: String) -> String { NotificationName.own("push:\(apnsID)") }

  /// Writes the decision for what is kept of the push.
  private static func told(_ decision: DeviceDecision, _ id: String) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("id", id)
    writer.member("user", decision.user)
    if let device = decision.device { writer.member("device", device) }
    writer.member("decision", decision.decision.rawValue)
    writer.member("reason", decision.reason.code)
    writer.endObject()
    return writer.text
  }
}
