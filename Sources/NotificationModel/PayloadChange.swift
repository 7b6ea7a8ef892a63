import LosslessJSON

/// The change of a notification's payload by the chain, as the worker reports it.
package struct PayloadChange: Sendable, Equatable {
  /// The payload as one JSON object; nil where it is as it came.
  package var payload: [UInt8]?
  /// The files that service plugins attached; empty where they attached none.
  package var attachments: [Attachment]

  /// Makes a change of the payload, of the attachments, or of both.
  package init(payload: [UInt8]? = nil, attachments: [Attachment] = []) {
    self.payload = payload
    self.attachments = attachments
  }

  /// Returns the push type that the changed payload stands for; nil where the payload has no part in it.
  func pushType(_ line: NotificationLine, _ document: borrowing JSONDocument) -> String? {
    guard let payload, line.header("apns-push-type", document) == nil else { return nil }
    let topic = line.headerText("apns-topic", document)
    if let topic, let type = PushType(topic: topic) { return type.rawValue }
    var changed = JSONDocument(depthLimit: document.depthLimit, duplicateKeys: .keepLast)
    guard payload.withUnsafeBytes({ (try? changed.parse($0)) != nil }) else { return nil }
    return PushType(topic: topic, payload: changed.root, changed).rawValue
  }
}
