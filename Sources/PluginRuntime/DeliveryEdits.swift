import NotificationModel
import PassRecords
import WorkerProtocol

/// The delivery headers that plugins changed, and the line as it came.
package struct DeliveryEdits {
  /// The changes so far, in order.
  package private(set) var change = DeliveryChange()
  /// The line before the first change; nil where there is none.
  private(set) var original: NotificationLine?
  /// The topics that the sender of the push may push to; nil where nothing is known of a sender.
  var senderTopics: PushTopics?

  /// A Boolean value that indicates whether there are none.
  var isEmpty: Bool { change.entries.isEmpty }

  mutating func add(_ edit: DeliveryEdit, by plugin: Int, to line: NotificationLine) {
    if original == nil { original = line }
    change.add(edit, by: plugin)
  }

  /// Removes the changes from number `first` on.
  mutating func removeAll(from first: Int) { change.removeAll(from: first) }

  /// Forgets the notification before.
  mutating func forget() { if original != nil || senderTopics != nil { self = DeliveryEdits() } }

  /// Returns why the sender's push may not be given a topic, as a sentence; nil where it may.
  func refusal(writing topic: String) -> String? {
    guard let senderTopics, !senderTopics.cover(topic) else { return nil }
    return
      "request.topic cannot be '\(topic.prefix(utf8Count: APNsHeader.topicLimit))'; the key of the push's sender is"
      + " not for that topic: add the topic to the key, or write another"
  }
}

extension NotificationState {
  /// The line with the headers of its sender.
  var originalLine: NotificationLine { delivery.original ?? line }

  /// The last change of each header that plugins left as another; nil where there is none.
  var finalDelivery: DeliveryChange? {
    guard !delivery.isEmpty else { return nil }
    let change = delivery.change.final(originalLine, document)
    return change.entries.isEmpty ? nil : change
  }

  /// Writes a property of the request, which a plugin may where it was granted a part of the delivery.
  mutating func write(
    _ property: RequestProperty, _ value: AssignedValue, _ grant: DeliveryGrant?
  ) throws(AssignmentError) {
    let name = property.rawValue
    guard let field = DeliveryField(rawValue: name), presentation == nil else {
      let step = presentation == nil ? "change content" : "build the view"
      throw AssignmentError("request.\(name) is read only; \(step) instead")
    }
    guard let grant else {
      throw AssignmentError(
        "request.\(name) needs the capability 'delivery'; grant it with"
          + " \(Capability.grant(["delivery"], field: field)) in notilua.yaml")
    }
    if line.isBare {
      throw AssignmentError(
        "request.\(name) cannot be changed: the line is a payload alone, and there are no headers; send an envelope"
          + " {\"headers\": …, \"payload\": …}")
    }
    let topic = originalLine.headerText(.topic, document)
    if let refusal = grant.refusal(of: field, topic: topic) { throw AssignmentError(refusal) }
    let edit = try DeliveryEdit(field, value)
    if case .topic(let topic) = edit,
      let refusal = grant.refusal(writing: topic) ?? delivery.refusal(writing: topic)
    {
      throw AssignmentError(refusal)
    }
    // Its name is the sender's, whatever becomes of the headers.
    _ = resolvedIdentifier()
    delivery.add(edit, by: writes.plugin, to: line)
    applyDelivery()
  }

  /// Goes back to the changes before number `first`.
  mutating func undoDelivery(from first: Int) {
    guard delivery.change.entries.count > first else { return }
    delivery.removeAll(from: first)
    applyDelivery()
  }

  private mutating func applyDelivery() {
    line = originalLine.applying(delivery.change, document)
    forgetPushType()
  }
}
