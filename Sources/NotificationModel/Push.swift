/// A push that came as a request of its own: the notification as its host has read it, and the envelope beside it.
package struct Push: Sendable {
  package var notification: PushNotification
  package var envelope: PushEnvelope
  /// The topics that its sender may push to; nil where only those of the app that it is for are known.
  package var topics: PushTopics?
  /// The chat message that it is made for, with the decision on it: a JSON object; nil for other pushes.
  package var message: String?

  /// Makes a push of its parts.
  package init(_ notification: PushNotification, _ envelope: PushEnvelope, topics: PushTopics? = nil) {
    self.notification = notification
    self.envelope = envelope
    self.topics = topics
  }

  /// The topics that its sender may push to, as far as is known: those of the app that it is for at least.
  package var senderTopics: PushTopics { topics ?? .apps(notification.app.map { [$0] } ?? []) }

  /// The payload as the workers read it: on one line, as outcomes are.
  ///
  /// In JSON, the end of a line stands between values and means nothing (RFC 8259 §2).
  package var payloadLine: [UInt8] {
    notification.payload.contains { $0 == 0x0A || $0 == 0x0D }
      ? notification.payload.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 } : notification.payload
  }
}
