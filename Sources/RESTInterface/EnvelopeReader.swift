import ClientKeys
import Digests
import HTTPTypes
import LosslessJSON
import NotificationModel
import Operations

/// Makes pushes of envelopes, by the rules of APNs and of the key that sends them.
package struct EnvelopeReader: ~Copyable {
  /// The most bytes of an envelope.
  package static let limit = 64 << 10

  /// The members that an envelope may have.
  private static let members = NotificationLine.keys.filter { $0 != "attachments" }

  private let environment: PushEnvironment
  private var document: JSONDocument
  private var payloadDocument: JSONDocument

  /// Makes a reader with the settings of a service.
  package init(_ settings: SendSettings) {
    environment = settings.environment
    document = JSONDocument(depthLimit: settings.depthLimit + 2, duplicateKeys: settings.duplicateKeys)
    payloadDocument = JSONDocument(depthLimit: settings.depthLimit, duplicateKeys: settings.duplicateKeys)
  }

  /// Reads an envelope.
  ///
  /// - Parameter apnsID: the `apns-id` where the envelope has none.
  package mutating func push(
    _ text: [UInt8], _ caller: APICaller, apnsID: String
  ) throws(Problem) -> (push: Push, hasID: Bool) {
    let line = try parse(text)
    try checkMembers(line)
    let deviceToken = try deviceToken(line)
    try checkHeaders(line)
    let topic = try topic(line, caller)
    let environment = try environment(line, caller)
    let payload = try payload(line)
    let isNamed = line.identifier(document) != nil
    let given = line.headerText(.id, document)?.lowercased()
    let headers = headers(line, topic: topic, id: isNamed ? given : apnsID)
    let envelope = PushEnvelope(
      deviceName: Hex.encode(Digest.deviceName(ofToken: deviceToken)), environment: environment,
      headers: headers, id: try id(line), locales: line.locales(document),
      timeZone: try timeZone(line))
    var notification = try notification(envelope, deviceToken, payload)
    if given == nil { notification.apnsID = apnsID }
    notification.place = "api:\(notification.apnsID)"
    return (Push(notification, envelope, topics: caller.grant.topics), given != nil)
  }

  // MARK: The object

  private mutating func parse(_ text: [UInt8]) throws(Problem) -> NotificationLine {
    try document.parse(body: text)
    do throws(NotificationLine.Refusal) {
      let line = try NotificationLine(document)
      if line.form == .envelope { return line }
    } catch {
      throw Problem(
        .unprocessableContent, "\(error.rawValue); send an envelope with 'device_token' and 'payload'",
        pointer: error.pointer)
    }
    throw Problem(
      .unprocessableContent, "the object is a payload alone; put it into 'payload', beside 'device_token'",
      pointer: "")
  }

  private func checkMembers(_ line: NotificationLine) throws(Problem) {
    if document.member(document.root, "attachments") != nil {
      throw Problem(
        .unprocessableContent,
        "'attachments' is not accepted here: no request names a file or an address; let a plugin attach it",
        pointer: "/attachments")
    }
    var cursor: UInt64 = 0
    while let (key, _) = document.nextMember(document.root, &cursor) {
      let name = document.swiftString(of: key)
      if Self.members.contains(name) { continue }
      let hint =
        Suggestion.nearest(to: name, among: Self.members).map { "did you mean '\($0)'?" }
        ?? "known are \(Self.members.joined(separator: ", "))"
      throw Problem(
        .unprocessableContent, "'\(name.shortened)' is no member of an envelope; \(hint)", pointer: "")
    }
  }

  private func member(_ line: NotificationLine, _ key: StaticString) -> String? {
    guard let node = line.field(key, document), document.kind(of: node) == .string else { return nil }
    return document.swiftString(of: node)
  }

  private func deviceToken(_ line: NotificationLine) throws(Problem) -> String {
    guard let token = member(line, "device_token") else {
      throw Problem(
        .unprocessableContent, "'device_token' is missing; add the token of the device", pointer: "")
    }
    guard APNsHeader.isDeviceToken(token), token.utf8.count <= APNsHeader.deviceTokenLimit else {
      throw Problem(
        .unprocessableContent,
        "'device_token' is not an even number of up to \(APNsHeader.deviceTokenLimit) hexadecimal digits; send"
          + " it as the app reports it", pointer: "/device_token")
    }
    return token.lowercased()
  }

  /// Returns the sender's name, which has to fit into a recall.
  private func id(_ line: NotificationLine) throws(Problem) -> String? {
    let id = member(line, "id")
    if let id, id.unicodeScalars.count > JSONBody.nameLimit {
      throw Problem(
        .unprocessableContent,
        "'id' has more than \(JSONBody.nameLimit) characters, and no recall could name it; make it shorter",
        pointer: "/id")
    }
    return id
  }

  private func timeZone(_ line: NotificationLine) throws(Problem) -> String? {
    guard line.field("time_zone", document) != nil else { return nil }
    guard let zone = line.timeZone(document) else {
      throw Problem(
        .unprocessableContent, "'time_zone' is not a string; write a name such as Europe/Rome",
        pointer: "/time_zone")
    }
    return zone
  }

  // MARK: Headers

  private func checkHeaders(_ line: NotificationLine) throws(Problem) {
    if let name = line.unknownHeaderNames(document).first {
      let known = NotificationLine.Header.allCases.map { "\($0.name)" }
      let hint =
        Suggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
        ?? "known are \(known.joined(separator: ", "))"
      throw Problem(
        .unprocessableContent, "'\(name.shortened)' is no header of APNs; \(hint)", pointer: "/headers")
    }
    let breaches =
      APNsRules.headerBreaches(line, document)
      + APNsRules.headerWarnings(line, document).filter {
        ["apns-topic", "apns-expiration"].contains($0.subject)
      }
    if let breach = breaches.first {
      throw Problem(
        .unprocessableContent, "\(breach.message); change it, or leave it out",
        pointer: "/headers/\(breach.subject)")
    }
    guard APNsHeader.isFieldValue(line.headerText(.collapseID, document) ?? "") else {
      throw Problem(
        .unprocessableContent,
        "'apns-collapse-id' has a control character, or a space at an end; take it out, or leave it out",
        pointer: "/headers/apns-collapse-id")
    }
  }

  /// Returns the topic: the header's, or the only one of the key.
  private func topic(_ line: NotificationLine, _ caller: APICaller) throws(Problem) -> String {
    let topics = caller.grant.topics
    guard let topic = line.headerText(.topic, document) else {
      guard topics.names.count == 1 else {
        throw Problem(
          .unprocessableContent, "'apns-topic' is missing, and the key has several apps; add the header",
          pointer: "/headers")
      }
      // A type of push may have a topic of its own beside the app's.
      let suffix = line.headerText(.pushType, document).flatMap { PushType(rawValue: $0) }?.topicSuffix
      return topics.names[0] + (suffix.map { "\($0)" } ?? "")
    }
    guard APNsHeader.isTopic(topic) else {
      throw Problem(
        .unprocessableContent, "'apns-topic' is no topic; write the bundle id of an app",
        pointer: "/headers/apns-topic")
    }
    guard topics.cover(topic) else {
      throw Problem(
        .forbidden, "the key \(caller.keyID) does not reach the topic '\(topic.shortened)'; use another key",
        pointer: "/headers/apns-topic")
    }
    return topic
  }

  private func environment(_ line: NotificationLine, _ caller: APICaller) throws(Problem) -> PushEnvironment {
    let environment =
      member(line, "environment").flatMap { PushEnvironment(rawValue: $0) } ?? self.environment
    guard caller.grant.environments.contains(environment) else {
      throw Problem(
        .forbidden, "the key \(caller.keyID) is not for \(environment.rawValue); use another key",
        pointer: "/environment")
    }
    return environment
  }

  private func headers(
    _ line: NotificationLine, topic: String, id: String?
  ) -> [NotificationLine.Header: String] {
    var headers: [NotificationLine.Header: String] = [.topic: topic]
    for header in [NotificationLine.Header.pushType, .priority, .expiration, .collapseID] {
      headers[header] = line.headerText(header, document)
    }
    headers[.id] = id
    return headers
  }

  // MARK: The payload

  private func payload(_ line: NotificationLine) throws(Problem) -> [UInt8] {
    let payload = Array(document.rawText(of: line.payload(document)))
    if let breach = APNsRules.sizeBreach(pushType: line.pushType(document), size: payload.count) {
      throw Problem(.contentTooLarge, "\(breach.message); make it shorter", pointer: "/payload")
    }
    return payload
  }

  private mutating func notification(
    _ envelope: PushEnvelope, _ deviceToken: String, _ payload: [UInt8]
  ) throws(Problem) -> PushNotification {
    let isRead = payload.withUnsafeBytes { (try? payloadDocument.parse($0)) != nil }
    guard isRead,
      let notification = try? PushNotification(
        envelope, ticket: 0, place: "", deviceToken: deviceToken, payload: payload, payloadDocument)
    else {
      throw Problem(
        .unprocessableContent,
        "'payload' is nested deeper than the limit of the configuration (limits.depth); write it flatter",
        pointer: "/payload")
    }
    return notification
  }
}

extension NotificationLine.Refusal {
  /// The place of what a line is refused for.
  fileprivate var pointer: String {
    switch self {
    case .notAnObject, .neitherForm: ""
    case .apsNotAnObject: "/payload/aps"
    case .payloadNotAnObject: "/payload"
    case .headersNotAnObject, .headerNotAString: "/headers"
    case .idNotAString: "/id"
    case .tokenNotAString: "/device_token"
    case .environmentNotAString, .environmentUnknown: "/environment"
    case .localeNotAString: "/locale"
    }
  }
}
