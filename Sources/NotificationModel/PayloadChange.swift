import LosslessJSON

/// The change of a notification by the chain, as the worker reports it: of its payload, and of what stands beside it.
package struct PayloadChange: Sendable, Equatable {
  /// The payload as one JSON object; nil where it is as it came.
  package var payload: [UInt8]?
  /// The push type that the payload stands for, as its plugins' worker has read it; nil where nobody has said it.
  package var pushType: PushType?
  /// The files that service plugins attached; empty where they attached none.
  package var attachments: [Attachment]
  /// The delivery headers that plugins have changed, after the host has checked them; nil where they are as they came.
  package var delivery: DeliveryChange?

  /// Makes a change of one part, or of several.
  package init(
    payload: [UInt8]? = nil, pushType: PushType? = nil, attachments: [Attachment] = [],
    delivery: DeliveryChange? = nil
  ) {
    self.payload = payload
    self.pushType = pushType
    self.attachments = attachments
    self.delivery = delivery
  }

  /// The parts that a host reads of a changed payload, which stands in no line.
  struct Reading {
    /// The push type that the payload stands for; nil where the line says it, or the payload is as it came.
    var pushType: String?
    /// The part that people see; nil where nobody shows it, or the payload is as it came.
    var visible: VisibleContent?
  }

  /// Returns the push type that the changed payload of a push stands for; nil where that does not decide it.
  func pushType(beside envelope: PushEnvelope) -> String? {
    guard let payload, envelope[.pushType] == nil,
      envelope[.topic].flatMap({ PushType(topic: $0) }) == nil
    else { return nil }
    if let pushType, pushType.mayBeOfPayload(hasTopic: envelope[.topic] != nil) { return pushType.rawValue }
    var changed = JSONDocument(depthLimit: 1000, duplicateKeys: .keepLast)
    guard payload.withUnsafeBytes({ (try? changed.parse($0)) != nil }) else { return nil }
    return PushType(topic: envelope[.topic], payload: changed.root, changed).rawValue
  }

  /// Reads the changed payload of a line, once and only where a part of it is asked for.
  ///
  /// The push type is the payload's only where neither header nor topic decides it. A type that no payload stands for
  /// beside the topic is not believed: the payload is read for it.
  func read(_ line: NotificationLine, _ document: borrowing JSONDocument, isShown: Bool) -> Reading {
    var reading = Reading()
    guard let payload else { return reading }
    let topic = line.headerText(.topic, document)
    let isOfPayload =
      line.headerText(.pushType, document) == nil && topic.flatMap { PushType(topic: $0) } == nil
    if isOfPayload, let pushType, pushType.mayBeOfPayload(hasTopic: topic != nil) {
      reading.pushType = pushType.rawValue
    }
    guard isShown || isOfPayload && reading.pushType == nil else { return reading }
    var changed = JSONDocument(depthLimit: document.depthLimit, duplicateKeys: .keepLast)
    guard payload.withUnsafeBytes({ (try? changed.parse($0)) != nil }) else { return reading }
    if isOfPayload { reading.pushType = PushType(topic: topic, payload: changed.root, changed).rawValue }
    if isShown, let line = try? NotificationLine(payload: changed) {
      reading.visible = VisibleContent(line, changed)
    }
    return reading
  }
}
