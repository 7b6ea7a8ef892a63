import LosslessJSON
import NotificationModel

/// The rules of APNs for a request from any sender, in the order in which APNs checks them.
///
/// Source: Apple, "Sending notification requests to APNs".
package enum RequestCheck {
  /// Checks what comes before the credential: method, path and repeated headers; returns the device token.
  package static func checkShape(_ request: PushRequest) throws(Refusal) -> String {
    guard request.method == "POST" else { throw Refusal("MethodNotAllowed") }
    guard let token = request.deviceToken else { throw Refusal("BadPath") }
    if token.isEmpty { throw Refusal("MissingDeviceToken") }
    guard APNsHeader.isDeviceToken(String(token)) else { throw Refusal("BadDeviceToken") }
    if request.duplicate != nil { throw Refusal("DuplicateHeaders") }
    return token.lowercased()
  }

  /// Checks that a topic has the form of one.
  package static func checkTopic(_ topic: String) throws(Refusal) {
    guard APNsHeader.isTopic(topic) else { throw Refusal("BadTopic") }
  }

  /// Returns the type of a push: what the header says, else what the topic's suffix says; nil where the
  /// payload decides.
  package static func pushType(
    _ request: PushRequest, topic: String, withCertificate: Bool
  ) throws(Refusal) -> PushType? {
    let ofTopic = PushType(suffixOf: topic)
    var pushType = ofTopic
    if let text = request.pushType {
      guard let given = PushType(rawValue: text), ofTopic == (given.topicSuffix == nil ? nil : given) else {
        throw Refusal("InvalidPushType")
      }
      pushType = given
    }
    // "location … can be used only with token-based authentication."
    if pushType == .location, withCertificate { throw Refusal("InvalidPushType") }
    return pushType
  }

  /// The other headers: id, expiration, priority and collapse id.
  package static func checkHeaders(_ request: PushRequest, pushType: PushType?) throws(Refusal) {
    if let id = request.id, !UUIDText.isCanonical(id) { throw Refusal("BadMessageId") }
    if let expiration = request.expiration, !APNsHeader.isExpiration(expiration) {
      throw Refusal("BadExpirationDate")
    }
    let priority = request.priority ?? "10"
    guard APNsHeader.isPriority(priority) else { throw Refusal("BadPriority") }
    // "background: … Always use priority 5. Using priority 10 is an error", and 10 is what absence means.
    if pushType == .background, priority != "5" { throw Refusal("BadPriority") }
    if let collapseID = request.collapseID, !APNsHeader.isCollapseID(collapseID) {
      throw Refusal("BadCollapseId")
    }
  }

  /// The payload: there, small enough, and a JSON object.
  package static func checkPayload(
    _ body: [UInt8], pushType: PushType?, _ document: inout JSONDocument
  ) throws(Refusal) {
    if body.isEmpty { throw Refusal("PayloadEmpty") }
    if body.count > APNsRules.sizeLimit(pushType: pushType?.rawValue ?? "") {
      throw Refusal("PayloadTooLarge")
    }
    let cause: String? = body.withUnsafeBytes { bytes in
      do throws(JSONError) {
        try document.parse(bytes)
        return document.kind(of: document.root) == .object ? nil : "the payload is no JSON object"
      } catch {
        return "the payload, byte \(error.offset + 1): \(error.cause.rawValue)"
      }
    }
    // Apple names no reason for a body that is no JSON object; nothing in it is a payload.
    if let cause { throw Refusal("PayloadEmpty", cause: cause) }
  }
}
