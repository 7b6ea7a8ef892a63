import APNsProtocol
import Digests
import LosslessJSON
import NotificationModel

/// Makes notifications of requests, by the rules of APNs.
struct DoorReader: ~Copyable {
  private var document: JSONDocument

  /// - Parameters:
  ///   - depthLimit: the most levels of a payload, as the workers have it.
  ///   - duplicateKeys: what becomes of a payload with the same key twice, as the workers have it.
  init(depthLimit: Int, duplicateKeys: JSONDocument.DuplicateKeys) {
    document = JSONDocument(depthLimit: depthLimit, duplicateKeys: duplicateKeys)
  }

  /// Returns the push of a request whose shape and sender were checked.
  ///
  /// - Parameters:
  ///   - deviceToken: the device token's digits in small letters.
  ///   - topic: the topic that the sender may push to.
  mutating func push(
    _ request: PushRequest, deviceToken: String, topic: String, environment: PushEnvironment,
    withCertificate: Bool
  ) throws(Refusal) -> Push {
    let pushType = try RequestCheck.pushType(request, topic: topic, withCertificate: withCertificate)
    try RequestCheck.checkHeaders(request, pushType: pushType)
    // HTTP has tabs in values, and names of notifications have none: behind the door it could not be sent.
    guard APNsHeader.isFieldValue(request.collapseID ?? "") else {
      throw Refusal("BadCollapseId", cause: "the collapse id has a control character; take it out")
    }
    try RequestCheck.checkPayload(request.body, pushType: pushType, &document)
    var headers: [NotificationLine.Header: String] = [.topic: topic]
    headers[.id] = request.id?.lowercased()
    headers[.pushType] = request.pushType
    headers[.priority] = request.priority
    headers[.expiration] = request.expiration
    headers[.collapseID] = request.collapseID
    let envelope = PushEnvelope(
      deviceName: Hex.encode(Digest.deviceName(ofToken: deviceToken)), environment: environment,
      headers: headers)
    do throws(NotificationLine.Refusal) {
      var notification = try PushNotification(
        envelope, ticket: 0, place: "", deviceToken: deviceToken, payload: request.body, document)
      // The name by which messages, audit and log call it is the one that its sender was told.
      notification.place = "door:\(notification.apnsID)"
      return Push(notification, envelope)
    } catch {
      // Apple names no reason for an 'aps' that is no object; nothing in it is a payload.
      throw Refusal("PayloadEmpty", cause: error.rawValue)
    }
  }
}
