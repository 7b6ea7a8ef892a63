import NotificationModel

/// The part of deliveries that a plugin may change, as an operator grants it.
package struct DeliveryGrant: Sendable, Equatable {
  /// The headers that the plugin may change.
  package var fields: [DeliveryField]
  /// The topics whose notifications it may change, and that it may write; nil for any.
  package var topics: PushTopics?
  /// A Boolean value that is true where notifications that name no topic are among them.
  package var coversUnnamed: Bool

  /// All fields of all notifications, as a test has it where it names no grant.
  package static let everything = DeliveryGrant(
    fields: DeliveryField.allCases, topics: nil, coversUnnamed: true)

  /// Makes a grant of its parts.
  package init(fields: [DeliveryField], topics: PushTopics?, coversUnnamed: Bool = false) {
    self.fields = fields
    self.topics = topics
    self.coversUnnamed = coversUnnamed
  }

  /// Returns whether a notification's topic is among those of the grant.
  ///
  /// - Parameter topic: nil for a notification that names none.
  package func covers(_ topic: String?) -> Bool {
    guard let topics else { return true }
    return topic.map { topics.cover($0) } ?? coversUnnamed
  }

  /// Returns why the grant does not let a plugin change a field, as a sentence; nil where it does.
  ///
  /// - Parameters:
  ///   - field: the field that is changed.
  ///   - topic: the topic that the notification came with.
  package func refusal(of field: DeliveryField, topic: String?) -> String? {
    let name = field.rawValue
    guard fields.contains(field) else {
      return "request.\(name) is not granted; add '\(name)' to the fields of 'delivery' in notilua.yaml"
    }
    if covers(topic) { return nil }
    guard let topic else {
      return "request.\(name) cannot be changed: the notification names no topic; give its 'headers' an"
        + " 'apns-topic', or name its app under 'apns: topic' in notilua.yaml"
    }
    return
      "request.\(name) cannot be changed for the topic '\(topic.prefix(utf8Count: APNsHeader.topicLimit))'; \(topicsInWords)"
  }

  /// Returns why the grant does not let a plugin write a topic, as a sentence; nil where it does.
  package func refusal(writing topic: String) -> String? {
    covers(topic)
      ? nil : "request.topic cannot be '\(topic.prefix(utf8Count: APNsHeader.topicLimit))'; \(topicsInWords)"
  }

  private var topicsInWords: String {
    "the grant of 'delivery' in notilua.yaml is for \(topics?.names.joined(separator: ", ") ?? "any")"
  }
}
