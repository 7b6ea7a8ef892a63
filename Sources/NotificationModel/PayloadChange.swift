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

  /// The parts that a host reads of a changed payload, which stands in no line.
  struct Reading {
    /// The push type that the payload stands for; nil where the line says it, or the payload is as it came.
    var pushType: String?
    /// The part that people see; nil where nobody shows it, or the payload is as it came.
    var visible: VisibleContent?
  }

  /// Reads the changed payload of a line, once and only where a part of it is asked for.
  func read(_ line: NotificationLine, _ document: borrowing JSONDocument, isShown: Bool) -> Reading {
    var reading = Reading()
    guard let payload else { return reading }
    let topic = line.headerText("apns-topic", document)
    var needsType = line.header("apns-push-type", document) == nil
    if needsType, let type = topic.flatMap({ PushType(topic: $0) }) {
      reading.pushType = type.rawValue
      needsType = false
    }
    guard needsType || isShown else { return reading }
    var changed = JSONDocument(depthLimit: document.depthLimit, duplicateKeys: .keepLast)
    guard payload.withUnsafeBytes({ (try? changed.parse($0)) != nil }) else { return reading }
    if needsType { reading.pushType = PushType(topic: topic, payload: changed.root, changed).rawValue }
    if isShown, let line = try? NotificationLine(payload: changed) {
      reading.visible = VisibleContent(line, changed)
    }
    return reading
  }
}
